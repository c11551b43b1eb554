/// What kind of values a field has, for the manual, the interface lock and the table.
indirect enum FieldType: Sendable, Equatable {
    case bool, int, double, string, bytes, timestamp, seconds
    /// One of these words.
    case choice([String])
    case list(FieldType)
    case record([FieldInfo])
    /// Keys that are data, not declared.
    case map(FieldType)

    /// The type in the words of JSON.
    var title: String {
        switch self {
        case .bool: "boolean"
        case .int: "integer"
        case .double: "number"
        case .string: "string"
        case .bytes: "integer, bytes"
        case .timestamp: "string, RFC 3339"
        case .seconds: "number, seconds"
        case .choice(let words): "string: " + words.joined(separator: ", ")
        case .list(let element): "array of \(element.title)"
        case .record: "object"
        case .map(let value): "object of \(value.title)"
        }
    }

    var isNumber: Bool {
        switch self {
        case .int, .double, .bytes, .seconds: true
        case .bool, .string, .timestamp, .choice, .list, .record, .map: false
        }
    }

    /// The fields of the records in it, if it has any.
    var nested: [FieldInfo] {
        switch self {
        case .record(let fields), .list(.record(let fields)): fields
        default: []
        }
    }
}

/// A declared field without the type of its record.
struct FieldInfo: Sendable, Equatable {
    var key: String
    var type: FieldType
    var help: String
    /// The column's title; nil when tables leave the field out.
    var title: String?
}
