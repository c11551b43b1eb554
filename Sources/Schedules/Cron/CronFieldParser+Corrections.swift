/// What to write instead: each error that has an obvious meaning says how cron would have it.
extension CronFieldParser {
    /// `22-4` → `22-23,0-4`; `fri-mon` → `fri,sat,sun,mon`; `22-4/2` → `22,0,2,4`.
    func reversed(_ element: Range<Int>, _ low: Int, _ high: Int, _ step: Int?) -> CronError {
        let isNamed = text.bytes[element].contains { $0 > UInt8(ascii: "9") }
        let replacement =
            if low == 7 {
                "0-\(high)" + (step.map { "/\($0)" } ?? "")
            } else if step != nil || isNamed && field == .dayOfWeek {
                wrapped(low, high, by: step ?? 1).map { isNamed ? field.name(of: $0) : "\($0)" }.joined(separator: ",")
            } else {
                // As a number, Sunday ends the first part.
                piece(low, field.range.upperBound, isNamed)
                    + "," + piece(field == .dayOfWeek ? 1 : field.range.lowerBound, high, isNamed)
            }
        return error(
            .reversedRange, element, "'\(text[element])' ends before it begins", replacement: replacement)
    }

    /// The values from `low` through the end of the field and on from its beginning to `high`.
    private func wrapped(_ low: Int, _ high: Int, by step: Int) -> [Int] {
        let (first, count) = (field.values.lowerBound, field.values.count)
        return stride(from: low, through: high + count, by: step).map { ($0 - first) % count + first }
    }

    private func piece(_ low: Int, _ high: Int, _ isNamed: Bool) -> String {
        let (low, high) = isNamed ? (field.name(of: low), field.name(of: high)) : ("\(low)", "\(high)")
        return low == high ? low : "\(low)-\(high)"
    }

    /// `5/10` → `5-59/10`: some read it so, some as 5 alone.
    func stepWithoutRange(_ element: Range<Int>, from value: Int, _ step: Int) -> CronError {
        let isNamed = text.number(element.lowerBound..<element.lowerBound + 1) == nil
        let low = field == .dayOfWeek && value == 7 ? 0 : value
        let range = piece(low, field.values.upperBound, isNamed)
        return error(
            .syntax, element, "'\(text[element])': a step needs a range or '*' before it",
            replacement: value == field.values.upperBound ? range : "\(range)/\(step)")
    }

    func outOfRange(_ value: Range<Int>) -> CronError {
        let (low, high) = (field.range.lowerBound, field.range.upperBound)
        let replacement: String? =
            switch (field, text.number(value) ?? 0) {
            case (.minute, 60), (.hour, 24): "0"
            case (.dayOfMonth, 0): "1"
            default: nil
            }
        return error(
            .outOfRange, value, "'\(text[value])' is not in \(low)-\(high)", replacement: replacement)
    }

    /// Forms of other schedulers whose characters are in no form of ours.
    func foreignForm(_ element: Range<Int>) -> CronError? {
        guard let found = text.bytes[element].first(where: { "#~?.".utf8.contains($0) }) else { return nil }
        let token = text[element]
        switch found {
        case UInt8(ascii: "#"):
            return error(
                .unsupported, element, "'\(token)': '#' (the n-th such weekday of a month) is not supported",
                hint: "name the seven days it may be in day of month, and let the command look at the weekday")
        case UInt8(ascii: "~"):
            return error(
                .unsupported, element, "'\(token)': random values are not supported",
                hint: "write one value and give the job a jitter")
        case UInt8(ascii: "?"):
            return error(
                .unsupported, element, "'\(token)': '?' is not supported", replacement: token == "?" ? "*" : nil,
                hint: token == "?" ? nil : "write '*'")
        default:
            return error(.syntax, element, "'\(token)': values are whole numbers")
        }
    }

    func unknownWord(_ word: Range<Int>, in element: Range<Int>) -> CronError {
        let token = text[word]
        if text[element].contains(where: { "‐‑–—−".contains($0) }) {
            let plain = String(text[element].map { "‐‑–—−".contains($0) ? "-" : $0 })
            return error(
                .syntax, element, "'\(text[element])' has a typographic dash", replacement: plain)
        }
        let capitals = token.uppercased()
        if capitals == "H" {
            return error(
                .unsupported, element, "'\(text[element])': 'H' is not supported",
                hint: "write one value and give the job a jitter")
        }
        if (field == .dayOfMonth || field == .dayOfWeek) && (capitals.hasSuffix("L") || capitals.hasSuffix("W")) {
            return error(
                .unsupported, element, "'\(text[element])': '\(capitals.suffix(1))' is not supported",
                hint: "name all days it may be, and let the command look at the date")
        }
        guard let first = field.names.first, let last = field.names.last else {
            return error(
                .syntax, word, "'\(token)' is not a number",
                hint: "write a number in \(field.range.lowerBound)-\(field.range.upperBound), '*', a range or a list")
        }
        let short = String(token.lowercased().prefix(3))
        let isLonger = token.count > 3 && field.names.contains(short)
        return error(
            .outOfRange, word, "'\(token)' is neither a number nor a name from '\(first)' to '\(last)'",
            replacement: isLonger ? short : nil)
    }
}
