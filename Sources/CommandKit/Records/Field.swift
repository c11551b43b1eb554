/// One field of a record: its key, what it means, and where its value comes from.
package struct Field<Owner: Sendable>: Sendable {
    let info: FieldInfo
    let value: @Sendable (Owner) -> FieldValue

    init(
        _ key: String, _ type: FieldType, _ help: String, _ column: Column,
        _ value: @escaping @Sendable (Owner) -> FieldValue
    ) {
        self.info = FieldInfo(key: key, type: type, help: help, title: column.title(of: key))
        self.value = value
    }
}

extension Field {
    package static func string(
        _ key: String, _ help: String, column: Column = .automatic, _ value: @escaping @Sendable (Owner) -> String?
    ) -> Field {
        Field(key, .string, help, column) { value($0).map { .string($0) } ?? .null }
    }

    package static func bool(
        _ key: String, _ help: String, column: Column = .automatic, _ value: @escaping @Sendable (Owner) -> Bool?
    ) -> Field {
        Field(key, .bool, help, column) { value($0).map { .bool($0) } ?? .null }
    }

    package static func int<Number: BinaryInteger & SendableMetatype>(
        _ key: String, _ help: String, column: Column = .automatic, _ value: @escaping @Sendable (Owner) -> Number?
    ) -> Field {
        Field(key, .int, help, column) { value($0).map(FieldValue.whole) ?? .null }
    }

    package static func double(
        _ key: String, _ help: String, column: Column = .automatic, _ value: @escaping @Sendable (Owner) -> Double?
    ) -> Field {
        Field(key, .double, help, column) { value($0).map { .double($0) } ?? .null }
    }

    /// A number of bytes, for keys that end in `_bytes`; negative numbers are shown as zero.
    package static func bytes<Number: BinaryInteger & SendableMetatype>(
        _ key: String, _ help: String, column: Column = .automatic, _ value: @escaping @Sendable (Owner) -> Number?
    ) -> Field {
        Field(key, .bytes, help, column) { value($0).map { .bytes(UInt64(clamping: $0)) } ?? .null }
    }

    /// An instant in milliseconds since 1970-01-01T00:00:00Z.
    package static func timestamp(
        _ key: String, _ help: String, column: Column = .automatic, _ value: @escaping @Sendable (Owner) -> Int64?
    ) -> Field {
        Field(key, .timestamp, help, column) { value($0).map { .timestamp($0) } ?? .null }
    }

    /// A span in seconds, for keys that end in `_seconds`.
    package static func seconds(
        _ key: String, _ help: String, column: Column = .automatic, _ value: @escaping @Sendable (Owner) -> Double?
    ) -> Field {
        Field(key, .seconds, help, column) { value($0).map { .seconds($0) } ?? .null }
    }

    /// One case of an enumeration, as its raw value.
    package static func choice<Word: CaseIterable & RawRepresentable<String> & SendableMetatype>(
        _ key: String, _ help: String, column: Column = .automatic, _ value: @escaping @Sendable (Owner) -> Word?
    ) -> Field {
        Field(key, .choice(Word.allCases.map(\.rawValue)), help, column) {
            value($0).map { .string($0.rawValue) } ?? .null
        }
    }
}
