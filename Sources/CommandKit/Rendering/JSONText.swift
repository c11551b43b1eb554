/// Values as JSON (RFC 8259).
enum JSONText {
    /// On one line, with a line end.
    static func compact(_ value: FieldValue) -> String {
        var text = ""
        write(value, into: &text, indent: nil)
        return text + "\n"
    }

    /// Two spaces a level, with a line end.
    static func pretty(_ value: FieldValue) -> String {
        var text = ""
        write(value, into: &text, indent: 0)
        return text + "\n"
    }

    private static func write(_ value: FieldValue, into text: inout String, indent: Int?) {
        switch value {
        case .null: text += "null"
        case .bool(let bool): text += bool ? "true" : "false"
        case .int(let number): text += String(number)
        case .uint(let number), .bytes(let number): text += String(number)
        case .double(let number): text += number.isFinite ? String(describing: number) : "null"
        case .seconds(let seconds): text += UnitText.plainSeconds(seconds) ?? "null"
        case .timestamp(let milliseconds): write(TimeText.rfc3339(milliseconds), into: &text)
        case .string(let string): write(string, into: &text)
        case .list(let elements):
            writeAll(elements, "[", "]", into: &text, indent: indent) { element, text, inner in
                write(element, into: &text, indent: inner)
            }
        case .object(let members):
            writeAll(members, "{", "}", into: &text, indent: indent) { member, text, inner in
                write(member.key, into: &text)
                text += inner == nil ? ":" : ": "
                write(member.value, into: &text, indent: inner)
            }
        }
    }

    private static func writeAll<Element>(
        _ elements: [Element], _ open: String, _ close: String, into text: inout String, indent: Int?,
        _ writeOne: (Element, inout String, Int?) -> Void
    ) {
        let inner = indent.map { $0 + 2 }
        text += open
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            if let inner { text += "\n" + String(repeating: " ", count: inner) }
            writeOne(element, &text, inner)
        }
        if let indent, !elements.isEmpty { text += "\n" + String(repeating: " ", count: indent) }
        text += close
    }

    private static func write(_ string: String, into text: inout String) {
        text += "\""
        guard !string.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) else {
            text += string
            text += "\""
            return
        }
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                // C1 controls are allowed in JSON, but not harmless on a terminal; the separators break JavaScript.
                if scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
                    || [0x2028, 0x2029].contains(scalar.value)
                {
                    text += "\\u" + VisibleText.hex(scalar.value, 4)
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        text += "\""
    }
}
