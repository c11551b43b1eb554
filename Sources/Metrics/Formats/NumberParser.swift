import Glibc

/// Decimal numbers as doubles, each the nearest there is: exact arithmetic where the digits fit, `strtod` for the rest.
enum NumberParser {
    /// Reads `-12.5e3`, `+Inf`, `NaN` in any case. `nAN` is the end of a series and `NaN(0x…)`, with 16 digits, any other NaN
    /// (see `NumberWriter`). - Throws: a problem if there is no number.
    @inline(__always)
    static func double(_ cursor: inout TextCursor) throws -> UInt64 {
        let first = cursor.next
        let isNegative = cursor.take("-")
        if !isNegative { _ = cursor.take("+") }
        var mantissa: UInt64 = 0
        var digits = 0
        let whole = cursor.next
        while cursor.next < cursor.end, cursor.next.pointee &- 48 < 10 {
            mantissa = mantissa &* 10 &+ UInt64(cursor.next.pointee &- 48)
            cursor.next += 1
        }
        digits = cursor.next - whole
        var exponent = 0
        if cursor.next < cursor.end, cursor.next.pointee == UInt8(ascii: ".") {
            cursor.next += 1
            let fraction = cursor.next
            while cursor.next < cursor.end, cursor.next.pointee &- 48 < 10 {
                mantissa = mantissa &* 10 &+ UInt64(cursor.next.pointee &- 48)
                cursor.next += 1
            }
            exponent = fraction - cursor.next
            digits &-= exponent
        }
        guard digits > 0 else {
            cursor.next = first
            return try word(&cursor)
        }
        if cursor.next < cursor.end, cursor.next.pointee | 32 == UInt8(ascii: "e") {
            exponent += try power(&cursor)
        }
        let sign: UInt64 = isNegative ? 1 << 63 : 0
        // Zeros in front are no digits of the mantissa, so 19 is on the safe side.
        guard digits <= 19 else { return library(first, cursor.next) }
        if mantissa == 0 { return sign }
        if mantissa <= 1 << 53, -22...22 ~= exponent {
            let value = Double(mantissa)
            let scaled =
                exponent < 0
                ? value / DecimalPowers.doubles.base[-exponent] : value * DecimalPowers.doubles.base[exponent]
            return scaled.bitPattern | sign
        }
        guard -19...19 ~= exponent else { return library(first, cursor.next) }
        return DecimalPowers.nearest(mantissa, exponent) | sign
    }

    private static func power(_ cursor: inout TextCursor) throws -> Int {
        cursor.next += 1
        let isNegative = cursor.take("-")
        if !isNegative { _ = cursor.take("+") }
        var (power, count) = (0, 0)
        while cursor.next < cursor.end, cursor.next.pointee &- 48 < 10 {
            power = min(power * 10 + Int(cursor.next.pointee &- 48), 99_999)
            cursor.next += 1
            count += 1
        }
        guard count > 0 else { throw cursor.problem("an exponent without digits") }
        return isNegative ? -power : power
    }

    private static func library(_ first: UnsafePointer<UInt8>, _ end: UnsafePointer<UInt8>) -> UInt64 {
        let count = end - first
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { text in
            for index in 0..<count { text[index] = CChar(bitPattern: first[index]) }
            text[count] = 0
            return text.baseAddress.map { strtod($0, nil).bitPattern } ?? 0
        }
    }

    private static func word(_ cursor: inout TextCursor) throws -> UInt64 {
        let first = cursor
        let isNegative = cursor.take("-")
        if !isNegative { _ = cursor.take("+") }
        let letters = cursor.slice { $0 | 32 < 97 || $0 | 32 > 122 }
        let text = String(decoding: letters, as: UTF8.self)
        switch text.lowercased() {
        case "inf", "infinity": return (isNegative ? -Double.infinity : .infinity).bitPattern
        case "nan" where cursor.offset == first.offset + 3:
            if text == "nAN" { return Sample.endBits }
            guard cursor.starts(with: "(0x") else { return Double.nan.bitPattern }
            cursor.next += 3
            let digits = String(decoding: cursor.slice { $0 == UInt8(ascii: ")") }, as: UTF8.self)
            guard digits.utf8.count == 16, let bits = UInt64(digits, radix: 16), Double(bitPattern: bits).isNaN,
                cursor.take(")")
            else { throw first.problem("no NaN has these bits", hint: "'NaN(0x…)' has 16 hexadecimal digits") }
            return bits
        default:
            throw first.problem("there is no number here", hint: "a value is a decimal number, NaN, +Inf or -Inf")
        }
    }
}

/// Powers of ten, and numbers over them rounded once.
enum DecimalPowers {
    static let doubles: UnsafeTable<Double> = UnsafeTable(count: 23) { place in
        (0..<place).reduce(1.0) { power, _ in power * 10 }
    }
    static let integers: UnsafeTable<UInt64> = UnsafeTable(count: 20) { place in
        (0..<place).reduce(1) { power, _ in power * 10 }
    }

    /// The double nearest to mantissa · 10^exponent, for a mantissa above 0 and exponents from -19 to 19: the quotient or
    /// product is computed to 64 bits and a sticky one, then rounded to the nearest, ties to even.
    static func nearest(_ mantissa: UInt64, _ exponent: Int) -> UInt64 {
        let power = integers.base[abs(exponent)]
        var quotient: UInt64
        var isInexact: Bool
        var scale: Int
        if exponent < 0 {
            let (m, d) = (mantissa.leadingZeroBitCount, power.leadingZeroBitCount)
            let shifted = mantissa &<< UInt64(m)
            let division = (power &<< UInt64(d)).dividingFullWidth((shifted &>> 1, shifted &<< 63))
            (quotient, isInexact) = (division.quotient, division.remainder != 0)
            scale = d - m - 63
        } else {
            let product = mantissa.multipliedFullWidth(by: power)
            let zeros = product.high.leadingZeroBitCount
            if product.high == 0 {
                (quotient, isInexact, scale) = (product.low, false, 0)
            } else {
                quotient = product.high &<< UInt64(zeros) | (zeros == 0 ? 0 : product.low &>> UInt64(64 - zeros))
                isInexact = product.low &<< UInt64(zeros) != 0
                scale = 64 - zeros
            }
        }
        let zeros = quotient.leadingZeroBitCount
        quotient &<<= UInt64(zeros)
        scale -= zeros
        var significand = quotient &>> 11
        let rest = quotient & 0x7FF
        if rest > 0x400 || rest == 0x400 && (isInexact || significand & 1 == 1) { significand &+= 1 }
        return (Double(significand) * Double(sign: .plus, exponent: scale + 11, significand: 1)).bitPattern
    }
}
