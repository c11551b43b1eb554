/// Times in text: `2026-11-24 18:01:22`, RFC 3339 with `T`, fractions, `Z` or an offset, seconds or milliseconds since 1970.
///
/// Without a zone a time is taken as UTC. A number of 100,000,000,000 or more, either way, is of milliseconds: that is the
/// year 5138 in seconds and 1973 in milliseconds.
struct StampText {
    /// The last date read, as it was written, and the second it began: rows of one day are next to each other.
    private var date: (UInt64, UInt16) = (0, 0)
    private var dateStart = 0

    /// Seconds since 1970; nil if the text is no time.
    @inline(__always)
    mutating func seconds(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard text.count >= 19, let base = UnsafeRawPointer(text.baseAddress), text[4] == UInt8(ascii: "-") else {
            return Self.epoch(text)
        }
        let written = (
            base.loadUnaligned(as: UInt64.self), base.loadUnaligned(fromByteOffset: 8, as: UInt16.self)
        )
        if written != date {
            guard let start = Self.dateStart(text) else { return nil }
            date = written
            dateStart = start
        }
        guard text[10] == UInt8(ascii: " ") || text[10] | 0x20 == UInt8(ascii: "t"), let clock = Self.clock(base + 11)
        else { return nil }
        let whole = dateStart &+ clock
        return text.count == 19 ? Double(whole) : Self.withRest(text, Double(whole))
    }

    /// `HH:MM:SS` in seconds, all eight bytes at once.
    @inline(__always)
    private static func clock(_ place: UnsafeRawPointer) -> Int? {
        let digits = UInt64(littleEndian: place.loadUnaligned(as: UInt64.self)) ^ 0x3030_3A30_303A_3030
        guard digits & 0x0000_FF00_00FF_0000 == 0,
            ((digits &+ 0x7676_7676_7676_7676) | digits) & 0x8080_8080_8080_8080 == 0
        else { return nil }
        func pair(_ shift: UInt64) -> Int {
            Int((digits &>> shift & 0xFF) &* 10 &+ (digits &>> (shift &+ 8) & 0xFF))
        }
        let (hour, minute, second) = (pair(0), pair(24), pair(48))
        // A leap second is the next minute's first.
        return hour < 24 && minute < 60 && second < 61 ? hour &* 3600 &+ minute &* 60 &+ second : nil
    }

    /// A fraction, then a zone, behind the seconds.
    private static func withRest(_ text: UnsafeBufferPointer<UInt8>, _ seconds: Double) -> Double? {
        var index = 19
        var result = seconds
        if text[index] == UInt8(ascii: ".") || text[index] == UInt8(ascii: ",") {
            var (fraction, scale) = (0.0, 1.0)
            index += 1
            let first = index
            while index < text.count, let digit = digit(text[index]) {
                if scale < 1e15 {
                    fraction = fraction * 10 + Double(digit)
                    scale *= 10
                }
                index += 1
            }
            guard index > first else { return nil }
            result += fraction / scale
        }
        guard index < text.count else { return result }
        if text[index] | 0x20 == UInt8(ascii: "z") { return index + 1 == text.count ? result : nil }
        return offset(text, index).map { result - Double($0) }
    }

    /// `+01:00`, `+0100` or `+01` up to the end, in seconds.
    private static func offset(_ text: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int? {
        let sign = text[start]
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else { return nil }
        var digits: [Int] = []
        for index in start + 1..<text.count {
            if text[index] == UInt8(ascii: ":"), index == start + 3, text.count == start + 6 { continue }
            guard let digit = digit(text[index]), digits.count < 4 else { return nil }
            digits.append(digit)
        }
        guard digits.count == 2 || digits.count == 4 else { return nil }
        if digits.count == 2 { digits += [0, 0] }
        let (hours, minutes) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
        guard hours < 24, minutes < 60 else { return nil }
        return (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }

    private static func digit(_ byte: UInt8) -> Int? { byte &- 48 <= 9 ? Int(byte &- 48) : nil }

    /// The second at which `YYYY-MM-DD` begins.
    private static func dateStart(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        func number(_ range: Range<Int>) -> Int? {
            range.reduce(Int?(0)) { sum, index in sum.flatMap { sum in digit(text[index]).map { sum * 10 + $0 } } }
        }
        guard let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
            text[7] == UInt8(ascii: "-"), (1...12).contains(month), day >= 1, day <= length(ofMonth: month, year)
        else { return nil }
        // Days since 1970-01-01 (Howard Hinnant, "chrono-compatible low-level date algorithms"); years are not negative.
        let marchYear = month <= 2 ? year - 1 : year
        let era = (marchYear >= 0 ? marchYear : marchYear - 399) / 400
        let yearOfEra = marchYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return (era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468) * 86_400
    }

    private static func length(ofMonth month: Int, _ year: Int) -> Int {
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        // Bit m: month m has 31 days.
        return month == 2 ? (isLeap ? 29 : 28) : 30 + (0b1_0101_1010_1010 >> month) & 1
    }

    private static func epoch(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
        guard let number = try? DecimalText.number(text) else { return nil }
        let seconds = abs(number) < 1e11 ? number : number / 1000
        // The year 9999, as far as a date can be written.
        return abs(seconds) < 253_402_300_800 ? seconds : nil
    }
}
