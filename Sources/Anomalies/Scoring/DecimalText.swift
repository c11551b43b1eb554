/// Decimal numbers in text, read to the nearest double.
///
/// Most are one exact operation on whole numbers; the few others are left to the standard library.
enum DecimalText {
    /// What of a text is wrong, and where.
    enum Flaw: Error, Equatable {
        /// Not in the grammar: sign, digits with a point anywhere, an exponent. Bytes from the start.
        case syntax(at: Int)
        /// More than the largest double.
        case tooLarge
    }

    /// The digits of a number before they are one: ±digits · 10^exponent.
    private struct Parts {
        var isNegative = false
        /// At most 19 digits, without leading zeros.
        var digits: UInt64 = 0
        var exponent = 0
        /// Whether there were more digits than that.
        var isLong = false
    }

    @inline(__always)
    static func number(_ text: UnsafeBufferPointer<UInt8>) throws(Flaw) -> Double {
        let parts = try parts(text)
        if !parts.isLong {
            if parts.digits < 1 << 53, parts.exponent >= -22, parts.exponent <= 22 {
                let digits = Double(parts.digits)
                let power = powersOfTen[parts.exponent < 0 ? -parts.exponent : parts.exponent]
                let size = parts.exponent < 0 ? digits / power : digits * power
                return parts.isNegative ? -size : size
            }
            if parts.exponent < 0, parts.exponent >= -19 {
                let size = quotient(parts.digits, wholePowersOfTen[-parts.exponent])
                return parts.isNegative ? -size : size
            }
        }
        guard let number = Double(String(decoding: text, as: UTF8.self)), number.isFinite else { throw .tooLarge }
        return number
    }

    @inline(__always)
    private static func parts(_ text: UnsafeBufferPointer<UInt8>) throws(Flaw) -> Parts {
        var parts = Parts()
        var index = 0
        let count = text.count
        if count > 0, text[0] == UInt8(ascii: "-") || text[0] == UInt8(ascii: "+") {
            parts.isNegative = text[0] == UInt8(ascii: "-")
            index = 1
        }
        var (seen, kept) = (0, 0)
        var point = -1
        while index < count {
            let digit = text[index] &- 48
            if digit <= 9 {
                seen &+= 1
                if kept < 19 {
                    parts.digits = parts.digits &* 10 &+ UInt64(digit)
                    if parts.digits > 0 { kept &+= 1 }
                } else {
                    parts.isLong = true
                }
            } else if digit == UInt8(ascii: ".") &- 48, point < 0 {
                point = seen
            } else {
                break
            }
            index &+= 1
        }
        guard seen > 0 else { throw .syntax(at: index) }
        if point >= 0 { parts.exponent = point &- seen }
        if index < count { parts.exponent = try exponent(text, index, parts.exponent) }
        return parts
    }

    /// The exponent that follows the digits at `start`, and what the point adds to it.
    private static func exponent(
        _ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ shift: Int
    ) throws(Flaw) -> Int {
        guard text[start] | 0x20 == UInt8(ascii: "e") else { throw .syntax(at: start) }
        var index = start + 1
        var isNegative = false
        if index < text.count, text[index] == UInt8(ascii: "-") || text[index] == UInt8(ascii: "+") {
            isNegative = text[index] == UInt8(ascii: "-")
            index += 1
        }
        guard index < text.count else { throw .syntax(at: index) }
        var exponent = 0
        while index < text.count {
            let digit = text[index] &- 48
            guard digit <= 9 else { throw .syntax(at: index) }
            // Beyond it every number is nothing or too large.
            exponent = Swift.min(exponent * 10 + Int(digit), 1_000_000)
            index += 1
        }
        return shift + (isNegative ? -exponent : exponent)
    }

    /// The double nearest to `number / divisor`, ties to even; both are more than 0.
    private static func quotient(_ number: UInt64, _ divisor: UInt64) -> Double {
        let (shift, divisorShift) = (number.leadingZeroBitCount, divisor.leadingZeroBitCount)
        let high = number &<< UInt64(shift)
        let low = divisor &<< UInt64(divisorShift)
        // Between a half and one, so that the quotient has 64 bits.
        let isHalved = high >= low
        let (bits, rest) = low.dividingFullWidth(isHalved ? (high >> 1, high << 63) : (high, 0))
        let below = bits & 2047
        var significand = bits >> 11
        if below > 1024 || below == 1024 && (rest != 0 || significand & 1 == 1) { significand += 1 }
        let exponent = 11 - 64 + divisorShift - shift + (isHalved ? 1 : 0)
        return Double(significand) * Double(bitPattern: UInt64(1023 + exponent) << 52)
    }

    /// 1 to 10^22: all are doubles.
    private static let powersOfTen: [Double] = (0...22).map { exponent in
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
    private static let wholePowersOfTen: [UInt64] = (0...19).map { exponent in
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }
}
