/// Something that a command prints. Its fields make the table, JSON, NDJSON, YAML, TSV, `--fields` and the manual.
package protocol Record: Sendable {
    /// In the order of output. A computed property or a `static let`.
    static var fields: [Field<Self>] { get }
}

extension Record {
    static var fieldInfos: [FieldInfo] { fields.map(\.info) }

    /// The values in the order of the fields.
    var values: [FieldValue] { Self.fields.map { $0.value(self) } }

    /// The record as a nested value.
    var object: FieldValue { .object(Self.fields.map { .init($0.info.key, $0.value(self)) }) }
}

/// How a field appears in a table.
package enum Column: Sendable, Equatable, ExpressibleByStringLiteral {
    /// A column named after the key, without its unit: `size_bytes` is `SIZE`.
    case automatic
    case titled(String)
    /// Only in JSON, NDJSON, YAML, TSV, or when `--fields` names it.
    case none

    package init(stringLiteral title: String) { self = .titled(title) }

    func title(of key: String) -> String? {
        switch self {
        case .titled(let title): return title
        case .none: return nil
        case .automatic:
            let units = ["_bytes_per_second", "_bytes", "_seconds", "_at"]
            let stem = units.first { key.hasSuffix($0) }.map { String(key.dropLast($0.count)) } ?? key
            return String(stem.uppercased().map { $0 == "_" ? " " : $0 })
        }
    }
}
