/// Records as tab-separated values: a header of keys, a line a record; tab, line end and backslash are escaped.
enum TSVText {
    static func text(_ table: RecordTable, hasHeader: Bool) -> String {
        var text = hasHeader ? line(table.fields.map(\.key)) : ""
        for row in table.rows { text += line(row.map(cell)) }
        return text
    }

    private static func line(_ cells: [String]) -> String {
        cells.map(escaped).joined(separator: "\t") + "\n"
    }

    /// Unknown is nothing; lists and objects are JSON.
    private static func cell(_ value: FieldValue) -> String {
        switch value {
        case .null: ""
        case .string(let string): string
        case .timestamp(let instant): TimeText.rfc3339(instant)
        default: json(value)
        }
    }

    private static func json(_ value: FieldValue) -> String {
        let text = JSONText.compact(value).dropLast()
        return text == "null" ? "" : String(text)
    }

    private static func escaped(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x5C }) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\\": result += "\\\\"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
