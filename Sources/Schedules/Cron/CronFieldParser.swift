/// Reads one field. The grammar is that of Debian's crontab(5), with what Debian's cron accepts and then never runs refused:
///
///     field   = element *("," element)
///     element = ("*" / value "-" value) ["/" step] / value
///     value   = number / name
///
/// A range may end on Sunday written as 0 or `sun` (`fri-sun`), as in cronie; no other may end before it begins.
struct CronFieldParser {
    let field: CronField
    let text: CronText
    /// Where the field stands; never empty.
    let range: Range<Int>

    func values() throws(CronError) -> CronValues {
        let beginsWithStar = text.bytes[range.lowerBound] == UInt8(ascii: "*")
        var result = CronValues(bits: 0, beginsWithStar: beginsWithStar, step: nil)
        var start = range.lowerBound
        while true {
            let end = text.firstIndex(of: ",", in: start..<range.upperBound) ?? range.upperBound
            let element = try element(start..<end)
            result.bits |= element.bits
            if start..<end == range && beginsWithStar { result.step = element.step }
            guard end < range.upperBound else { return result }
            start = end + 1
        }
    }

    private func element(_ range: Range<Int>) throws(CronError) -> (bits: UInt64, step: Int?) {
        guard !range.isEmpty else {
            throw error(.syntax, range, "an empty place in the list", hint: "remove the extra comma")
        }
        if let foreign = foreignForm(range) { throw foreign }
        let slash = text.firstIndex(of: "/", in: range)
        let base = range.lowerBound..<(slash ?? range.upperBound)
        let step = try slash.map { (slash) throws(CronError) in try self.step(slash + 1..<range.upperBound, in: range) }
        guard !base.isEmpty else {
            throw error(
                .syntax, range, "'\(text[range])' has nothing before the slash", replacement: "*\(text[range])")
        }
        if text.bytes[base.lowerBound] == UInt8(ascii: "*") {
            guard base.count == 1 else {
                throw error(
                    .syntax, range, "'\(text[range])': only a step may follow '*'",
                    hint: "'*' already stands for every value")
            }
            return (bits(field.values.lowerBound, field.values.upperBound, step), step)
        }
        guard let dash = text.firstIndex(of: "-", in: base) else {
            let value = try value(base, in: range)
            guard let step else { return (bits(value, value, nil), nil) }
            throw stepWithoutRange(range, from: value, step)
        }
        return (try bits(of: range, base, dash: dash, step), step)
    }

    private func bits(
        of element: Range<Int>, _ base: Range<Int>, dash: Int, _ step: Int?
    ) throws(CronError) -> UInt64 {
        let (first, second) = (base.lowerBound..<dash, dash + 1..<base.upperBound)
        guard !first.isEmpty && !second.isEmpty else {
            let missing = first.isEmpty ? "beginning" : "end"
            throw error(
                .syntax, element, "'\(text[element])' is a range without \(missing == "end" ? "an" : "a") \(missing)")
        }
        guard text.firstIndex(of: "-", in: second) == nil else {
            throw error(.syntax, element, "'\(text[element])' has more than one dash")
        }
        let low = try value(first, in: element)
        var high = try value(second, in: element)
        if field == .dayOfWeek && high == 0 && low > 0 { high = 7 }
        guard low <= high else { throw reversed(element, low, high, step) }
        return bits(low, high, step)
    }

    private func bits(_ low: Int, _ high: Int, _ step: Int?) -> UInt64 {
        var bits: UInt64 = 0
        for value in stride(from: low, through: high, by: step ?? 1) { bits |= 1 << UInt64(value) }
        // The second Sunday is the first.
        return field == .dayOfWeek ? (bits | bits >> 7) & 0x7F : bits
    }

    private func step(_ range: Range<Int>, in element: Range<Int>) throws(CronError) -> Int {
        guard let step = text.number(range) else {
            throw error(.syntax, element, "'\(text[element])': a step is a number")
        }
        guard step > 0 else {
            throw error(
                .outOfRange, element, "'\(text[element])': a step of 0 goes nowhere",
                replacement: text[element.lowerBound..<range.lowerBound - 1])
        }
        return step
    }

    private func value(_ range: Range<Int>, in element: Range<Int>) throws(CronError) -> Int {
        if let number = text.number(range) {
            guard field.range.contains(number) else { throw outOfRange(range) }
            return number
        }
        guard let value = field.value(named: text[range]) else { throw unknownWord(range, in: element) }
        return value
    }

    /// - Parameter replacement: what to write instead of what stands at `range`.
    func error(
        _ kind: CronError.Kind, _ range: Range<Int>, _ reason: String, replacement: String? = nil, hint: String? = nil
    ) -> CronError {
        CronError(
            kind: kind, field: field, token: text[range], column: text.column(of: range.lowerBound), reason: reason,
            replacement: replacement, hint: hint ?? replacement.map { "write '\($0)'" })
    }
}
