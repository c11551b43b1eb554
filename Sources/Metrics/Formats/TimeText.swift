import DebVisorCore

/// Instants in texts, to the millisecond; what is finer is cut off.
enum TimeText {
    /// Seconds since 1970 as a decimal number. - Returns: milliseconds.
    @inline(__always)
    static func seconds(_ cursor: inout TextCursor) throws -> Int64 {
        let first = cursor
        let isNegative = cursor.take("-")
        let digits = cursor.next
        var whole: Int64 = 0
        while cursor.next < cursor.end, cursor.next.pointee &- 48 < 10 {
            whole = whole &* 10 &+ Int64(cursor.next.pointee &- 48)
            cursor.next += 1
        }
        let count = cursor.next - digits
        var thousandths: Int64 = 0
        if cursor.take(".") {
            var unit: Int64 = 100
            while cursor.next < cursor.end, cursor.next.pointee &- 48 < 10 {
                thousandths &+= Int64(cursor.next.pointee &- 48) &* unit
                unit /= 10
                cursor.next += 1
            }
        }
        guard count > 0, count <= 15, cursor.isAtEnd || !isNumberByte(cursor.byte) else {
            cursor = first
            return try loose(&cursor)
        }
        let time = whole &* 1000 &+ thousandths
        return isNegative ? -time : time
    }

    /// Numbers with exponents, and what is no number at all.
    private static func loose(_ cursor: inout TextCursor) throws -> Int64 {
        let first = cursor
        let value = Double(bitPattern: try NumberParser.double(&cursor)) * 1000
        guard value.magnitude < 9e18 else {
            throw first.problem("this is no time", hint: "a time is in seconds since 1970")
        }
        return Int64(value.rounded())
    }

    private static func isNumberByte(_ byte: UInt8) -> Bool {
        byte | 32 == UInt8(ascii: "e") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }

    /// RFC 3339, or a date and a time without a zone, which is UTC; or seconds since 1970. - Returns: milliseconds.
    static func any(_ cursor: inout TextCursor) throws -> Int64 {
        let isDate = cursor.end - cursor.next >= 10 && cursor.next[4] == UInt8(ascii: "-")
        return isDate ? try date(&cursor) : try seconds(&cursor)
    }

    private static func date(_ cursor: inout TextCursor) throws -> Int64 {
        let first = cursor
        let text = cursor.slice { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }
        if let time = fast(text) { return time }
        let written = String(decoding: text, as: UTF8.self)
        if let time = Timestamp(rfc3339: written) ?? Timestamp(rfc3339: written + "Z") { return time.milliseconds }
        throw first.problem("'\(written)' is no time", hint: "write 2026-11-24T18:01:22.007Z, or seconds since 1970")
    }

    /// `YYYY-MM-DDTHH:MM:SS[.mmm]Z` alone.
    private static func fast(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard text.count == 20 || text.count == 24, text[text.count - 1] == UInt8(ascii: "Z") else { return nil }
        var isGood = text[4] == 45 && text[7] == 45 && text[10] == 84 && text[13] == 58 && text[16] == 58
        func number(_ from: Int, _ count: Int) -> Int64 {
            var value: Int64 = 0
            for index in from..<from + count {
                let digit = text[index] &- 48
                isGood = isGood && digit < 10
                value = value * 10 + Int64(digit)
            }
            return value
        }
        let (year, month, day) = (number(0, 4), number(5, 2), number(8, 2))
        let (hour, minute, second) = (number(11, 2), number(14, 2), number(17, 2))
        let fraction = text.count == 24 ? number(20, 3) : 0
        if text.count == 24, text[19] != UInt8(ascii: ".") { return nil }
        // The 29th to 31st, and the 60th second, are left to the one who knows calendars.
        guard isGood, (1...12).contains(month), (1...28).contains(day), hour < 24, minute < 60, second < 60 else {
            return nil
        }
        return ((days(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + fraction
    }

    /// Days since 1970 (Howard Hinnant, "chrono-compatible low-level date algorithms").
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let y = month <= 2 ? year - 1 : year
        let era = (y >= 0 ? y : y - 399) / 400
        let ofEra = y - era * 400
        let ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }
}

/// Writes instants; remembers the day, which is dear to find.
struct TimeWriter {
    private var day = Int64.min
    private var date: [UInt8] = []

    /// `2026-11-24T18:01:22.007Z`.
    mutating func writeDate(_ time: Int64, to output: ByteOutput) {
        let day = time >= 0 ? time / 86_400_000 : -((86_399_999 - time) / 86_400_000)
        if day != self.day {
            self.day = day
            date = Array(Timestamp(milliseconds: day * 86_400_000).description.utf8.prefix(11))
        }
        let rest = UInt64(time - day * 86_400_000)
        output.put(date)
        output.put(decimal: rest / 3_600_000, width: 2)
        output.put(58)
        output.put(decimal: rest / 60_000 % 60, width: 2)
        output.put(58)
        output.put(decimal: rest / 1000 % 60, width: 2)
        output.put(46)
        output.put(decimal: rest % 1000, width: 3)
        output.put(90)
    }

    /// `1732471282.007`, or without a fraction.
    static func writeSeconds(_ time: Int64, to output: ByteOutput) {
        if time < 0 { output.put(45) }
        let (whole, rest) = time.magnitude.quotientAndRemainder(dividingBy: 1000)
        output.put(decimal: whole)
        guard rest > 0 else { return }
        output.put(46)
        output.put(decimal: rest, width: 3)
    }
}
