/// Values as YAML 1.2 that YAML 1.1 readers understand alike.
enum YAMLText {
    static func text(_ value: FieldValue) -> String {
        switch value {
        case .list(let elements) where !elements.isEmpty: block(elements, 0)
        case .object(let members) where !members.isEmpty: block(members, 0)
        default: scalar(value) + "\n"
        }
    }

    private static func block(_ elements: [FieldValue], _ indent: Int) -> String {
        elements.map { element in
            let lead = String(repeating: " ", count: indent) + "- "
            switch element {
            case .object(let members) where !members.isEmpty:
                return lead + block(members, indent + 2).dropFirst(indent + 2)
            case .list(let inner) where !inner.isEmpty:
                return lead + block(inner, indent + 2).dropFirst(indent + 2)
            default: return lead + scalar(element) + "\n"
            }
        }.joined()
    }

    private static func block(_ members: [FieldValue.Member], _ indent: Int) -> String {
        members.map { member in
            let lead = String(repeating: " ", count: indent) + string(member.key) + ":"
            switch member.value {
            case .object(let inner) where !inner.isEmpty: return lead + "\n" + block(inner, indent + 2)
            case .list(let inner) where !inner.isEmpty: return lead + "\n" + block(inner, indent + 2)
            default: return lead + " " + scalar(member.value) + "\n"
            }
        }.joined()
    }

    private static func scalar(_ value: FieldValue) -> String {
        switch value {
        case .string(let text): string(text)
        case .timestamp(let instant): "\"\(TimeText.rfc3339(instant))\""
        case .double(let number) where number.isFinite: float(number)
        // Numbers, booleans, null and empty collections are written as in JSON.
        default: String(JSONText.compact(value).dropLast())
        }
    }

    /// YAML 1.1 wants a point before an exponent.
    private static func float(_ number: Double) -> String {
        let text = String(describing: number)
        guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }

    /// Plain only when no reader can take it for anything else.
    private static func string(_ text: String) -> String {
        let isPlain =
            text.utf8.first.map(isLetter) == true
            && text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || "_-./".utf8.contains($0) }
        if isPlain, !reserved.contains(text.lowercased()) { return text }
        // A JSON string is a double-quoted YAML string, but for the byte order mark.
        return String(JSONText.compact(.string(text)).dropLast()).replacing("\u{FEFF}", with: "\\uFEFF")
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

    private static let reserved: Set<String> = [
        "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf",
    ]
}
