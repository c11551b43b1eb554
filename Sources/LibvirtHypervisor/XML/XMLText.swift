/// Characters and the references that stand for them (XML 1.0, sections 2.4 and 4.6).
enum XMLText {
    /// For text and for attributes in either quotes, as libvirt itself writes.
    static func escape(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "'": escaped += "&apos;"
            case "\"": escaped += "&quot;"
            // A parser would make spaces or line feeds of these.
            case "\t", "\n", "\r": escaped += "&#\(scalar.value);"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Replaces references; one that XML does not know stays as it is.
    static func resolve(_ raw: String) -> String {
        guard raw.utf8.contains(UInt8(ascii: "&")) else { return raw }
        var resolved = ""
        var rest = raw[...]
        while let start = rest.firstIndex(of: "&") {
            resolved += rest[..<start]
            rest = rest[start...]
            guard let end = rest.firstIndex(of: ";"), let scalar = scalar(rest[rest.index(after: start)..<end]) else {
                resolved += "&"
                rest = rest.dropFirst()
                continue
            }
            resolved.unicodeScalars.append(scalar)
            rest = rest[rest.index(after: end)...]
        }
        return resolved + rest
    }

    private static func scalar(_ name: Substring) -> Unicode.Scalar? {
        switch name {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "apos": return "'"
        case "quot": return "\""
        default:
            guard name.hasPrefix("#") else { return nil }
            let number = name.dropFirst()
            let value = number.hasPrefix("x") ? UInt32(number.dropFirst(), radix: 16) : UInt32(number)
            return value.flatMap(Unicode.Scalar.init)
        }
    }

    static func trimmed(_ text: String) -> String {
        var view = text.unicodeScalars[...]
        while let first = view.first, isBlank(first) { view.removeFirst() }
        while let last = view.last, isBlank(last) { view.removeLast() }
        return String(view)
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\n" || scalar == "\t" || scalar == "\r"
    }
}
