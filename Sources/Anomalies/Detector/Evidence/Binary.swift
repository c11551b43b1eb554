/// Logarithms and powers that are the same on every machine, which those of C libraries are not, and that the compiler can
/// do two at a time: no branches, no tables.
enum Binary {
    /// Natural logarithm of 2.
    static let ln2 = 0.693_147_180_559_945_3
    /// log10(2).
    static let log10of2 = 0.301_029_995_663_981_2
    /// 1.5 · 2^52: adding it rounds to the nearest whole number.
    @inline(__always) private static var rounder: Double { 6_755_399_441_055_744 }

    /// The binary logarithm of a normal positive number, to about 1e-15; exact for powers of two.
    ///
    /// x = 2^e · m with m between √½ and √2; log2(m) = 2/ln 2 · artanh((m-1)/(m+1)), its series.
    @inline(__always)
    static func logarithm(_ x: Double) -> Double {
        let bits = x.bitPattern
        // Exponent with a bias of 1023, one more from √2 on.
        let biased = (bits &+ 0x0009_5F61_9980_C433) &>> 52
        let exponent = Double(bitPattern: biased | 0x4330_0000_0000_0000) - (4_503_599_627_370_496 + 1023)
        let mantissa = Double(bitPattern: bits &- (biased &- 1023) &<< 52)
        let z = (mantissa - 1) / (mantissa + 1)
        let w = z * z
        let high = ((w * (1.0 / 17) + 1.0 / 15) * w + 1.0 / 13) * w + 1.0 / 11
        let low = ((high * w + 1.0 / 9) * w + 1.0 / 7) * w + 1.0 / 5
        let series = (low * w + 1.0 / 3) * w + 1
        return exponent + 2.885_390_081_777_926_8 * z * series
    }

    /// 2^x for x between -1000 and 1000, to about 1e-14.
    @inline(__always)
    static func power(_ x: Double) -> Double {
        let rounded = x + rounder
        let y = (x - (rounded - rounder)) * ln2
        // The exponential series; 12! = 479,001,600.
        let a = (y * (1.0 / 479_001_600) + 1.0 / 39_916_800) * y + 1.0 / 3_628_800
        let b = ((a * y + 1.0 / 362_880) * y + 1.0 / 40_320) * y + 1.0 / 5_040
        let c = ((b * y + 1.0 / 720) * y + 1.0 / 120) * y + 1.0 / 24
        let d = ((c * y + 1.0 / 6) * y + 0.5) * y * y + y + 1
        return Double(bitPattern: d.bitPattern &+ rounded.bitPattern &<< 52)
    }

    /// Rounds to the nearest whole number, for sizes up to 2^51.
    @inline(__always)
    static func rounded(_ x: Double) -> Double { (x + rounder) - rounder }
}
