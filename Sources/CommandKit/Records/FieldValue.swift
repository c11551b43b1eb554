/// The value of one field of one record, before it becomes text.
package indirect enum FieldValue: Sendable, Equatable {
    /// Unknown.
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    /// NaN and infinities are unknown in JSON, YAML and TSV; a table names them.
    case double(Double)
    case string(String)
    /// A number of bytes: a number in JSON, `1.5 GiB` in a table.
    case bytes(UInt64)
    /// Milliseconds since 1970-01-01T00:00:00Z: RFC 3339 in JSON, an age in a table on a terminal.
    case timestamp(Int64)
    /// Seconds to the millisecond: a number in JSON, `2m05s` in a table.
    case seconds(Double)
    case list([FieldValue])
    /// Keys in their order.
    case object([Member])

    /// A key of an object and its value.
    package struct Member: Sendable, Equatable {
        package var key: String
        package var value: FieldValue

        package init(_ key: String, _ value: FieldValue) {
            self.key = key
            self.value = value
        }
    }

    /// Whether a table shows it on the right.
    var isNumber: Bool {
        switch self {
        case .int, .uint, .double, .bytes, .seconds: true
        case .null, .bool, .string, .timestamp, .list, .object: false
        }
    }
}
