/// Text that cannot steer a terminal: what is not printable becomes an escape that a person can read.
enum VisibleText {
    /// One line: line ends and tabs become escapes too.
    static func line(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A: result += "\\n"
            case 0x09: result += "\\t"
            case 0x0D: result += "\\r"
            case 0..<0x20, 0x7F..<0xA0: result += "\\x" + hex(scalar.value, 2)
            // Marks that turn the direction of writing, and the line and paragraph separators.
            case 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029, 0xFEFF:
                result += "\\u{\(hex(scalar.value, 4))}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// A message: texts of libraries that have several lines are put on one.
    static func sentence(_ text: String) -> String {
        line(text.split(whereSeparator: \.isNewline).joined(separator: "; "))
    }

    static func hex(_ value: UInt32, _ width: Int) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
