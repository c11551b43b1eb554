/// Doubles as integers over a power of ten, and by how many representable values that misses: 46.682 is 46,682 and 0 at
/// three places, 46.681999999999995 is 46,682 and -1. What no power of ten fits (NaN, infinities, 1e300) is all miss, so
/// the pair gives back every bit pattern.
///
/// That measurements are rounded decimals is VictoriaMetrics' insight (valyala 2018); the misses make it exact.
struct DecimalScale {
    let places: Int
    private let power: Double

    static let most = 17
    /// Powers of ten are exact doubles as far as 1e22.
    private static let powers: UnsafeTable<Double> = UnsafeTable(count: most + 1) { place in
        (0..<place).reduce(1.0) { power, _ in power * 10 }
    }

    init(places: Int) {
        self.places = places
        power = Self.powers.base[places]
    }

    /// Adding and subtracting it rounds what is below 2^51 to the nearest integer, without a call.
    private static let rounder = 6_755_399_441_055_744.0
    private static let limit = 2_251_799_813_685_248.0

    /// - Parameter last: the number to take where none fits.
    @inline(__always)
    func split(_ bits: UInt64, _ last: Int64) -> (number: Int64, miss: Int64) {
        let scaled = Double(bitPattern: bits) * power
        var number = last
        if scaled.magnitude < Self.limit { number = Int64((scaled + Self.rounder) - Self.rounder) }
        return (number, OrderedBits.of(bits) &- OrderedBits.of((Double(number) / power).bitPattern))
    }

    @inline(__always)
    func joined(_ number: Int64, _ miss: Int64) -> UInt64 {
        OrderedBits.bits(OrderedBits.of((Double(number) / power).bitPattern) &+ miss)
    }

    /// Whether it fits most of some of the values.
    func isWorthTrying(_ bits: UnsafePointer<UInt64>, count: Int) -> Bool {
        let stride = max(1, count / 32)
        var (tried, fitting, index) = (0, 0, 0)
        while index < count {
            tried += 1
            if split(bits[index], .max).miss.magnitude < 16 { fitting += 1 }
            index += stride
        }
        return fitting * 10 >= tried * 6
    }
}
