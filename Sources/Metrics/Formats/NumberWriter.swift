/// Doubles as the shortest decimal text that reads back as the same bits.
enum NumberWriter {
    /// A NaN other than the usual one is `NaN(0x…)` with its bits, which only we read; the end of a series is `nAN`, which
    /// everybody reads as NaN, for OpenMetrics' word has no case.
    static func write(_ bits: UInt64, to output: ByteOutput) {
        let value = Double(bitPattern: bits)
        guard value.isFinite else { return writeWord(value, to: output) }
        if !writeShort(value, to: output) { output.put(value.description) }
    }

    private static func writeWord(_ value: Double, to output: ByteOutput) {
        switch value.bitPattern {
        case Double.infinity.bitPattern: output.put("+Inf")
        case (-Double.infinity).bitPattern: output.put("-Inf")
        case Double.nan.bitPattern: output.put("NaN")
        case Sample.endBits: output.put("nAN")
        case let bits: output.put("NaN(0x\(hexadecimal(bits)))")
        }
    }

    /// 16 digits.
    static func hexadecimal(_ bits: UInt64) -> String {
        let digits = String(bits, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Numbers of up to 15 digits with few places: if m / 10^k is the value, then its digits are those of m.
    private static func writeShort(_ value: Double, to output: ByteOutput) -> Bool {
        guard value.magnitude < 1e15, value.bitPattern != (-0.0).bitPattern else { return false }
        for places in 0...6 {
            let power = DecimalPowers.doubles.base[places]
            let scaled = value * power
            guard scaled.magnitude < 1e15 else { return false }
            let number = Int64(scaled.rounded())
            guard Double(number) / power == value else { continue }
            if number < 0 { output.put(UInt8(ascii: "-")) }
            let magnitude = number.magnitude
            guard places > 0 else {
                output.put(decimal: magnitude)
                return true
            }
            let (whole, fraction) = magnitude.quotientAndRemainder(dividingBy: DecimalPowers.integers.base[places])
            output.put(decimal: whole)
            output.put(UInt8(ascii: "."))
            output.put(decimal: fraction, width: places)
            return true
        }
        return false
    }
}
