extension Field {
    package static func strings(
        _ key: String, _ help: String, column: Column = .automatic, _ value: @escaping @Sendable (Owner) -> [String]?
    ) -> Field {
        Field(key, .list(.string), help, column) { value($0).map { .list($0.map { .string($0) }) } ?? .null }
    }

    package static func ints(
        _ key: String, _ help: String, column: Column = .automatic, _ value: @escaping @Sendable (Owner) -> [Int]?
    ) -> Field {
        Field(key, .list(.int), help, column) { value($0).map { .list($0.map { .int(Int64($0)) }) } ?? .null }
    }

    /// Data under keys that are data too, sorted by key: `tags`.
    package static func map(
        _ key: String, _ help: String, column: Column = .automatic,
        _ value: @escaping @Sendable (Owner) -> [String: String]?
    ) -> Field {
        Field(key, .map(.string), help, column) { owner in
            guard let pairs = value(owner) else { return .null }
            return .object(pairs.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) })
        }
    }

    /// Counts or other numbers under keys that are data, sorted by key.
    package static func numbers(
        _ key: String, _ help: String, column: Column = .automatic,
        _ value: @escaping @Sendable (Owner) -> [String: Double]?
    ) -> Field {
        Field(key, .map(.double), help, column) { owner in
            guard let pairs = value(owner) else { return .null }
            return .object(pairs.sorted { $0.key < $1.key }.map { .init($0.key, .double($0.value)) })
        }
    }

    /// A record within the record.
    package static func record<Nested: Record>(
        _ key: String, _ help: String, column: Column = .none, _ value: @escaping @Sendable (Owner) -> Nested?
    ) -> Field {
        Field(key, .record(Nested.fieldInfos), help, column) { value($0)?.object ?? .null }
    }

    /// Records within the record: a table of its own below the view of one record.
    package static func records<Nested: Record>(
        _ key: String, _ help: String, column: Column = .none, _ value: @escaping @Sendable (Owner) -> [Nested]?
    ) -> Field {
        Field(key, .list(.record(Nested.fieldInfos)), help, column) {
            value($0).map { .list($0.map(\.object)) } ?? .null
        }
    }
}

extension FieldValue {
    static func whole<Number: BinaryInteger>(_ number: Number) -> FieldValue {
        if let value = Int64(exactly: number) { return .int(value) }
        if let value = UInt64(exactly: number) { return .uint(value) }
        return .double(Double(number))
    }
}
