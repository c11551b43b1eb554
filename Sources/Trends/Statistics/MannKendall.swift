import Glibc

/// Whether later values tend to be larger or smaller than earlier ones (Mann 1945, Kendall 1975), with equal values and
/// persistence taken into account.
struct MannKendall {
    /// Pairs that rise less pairs that fall.
    let score: Int
    /// Standard deviation of the score where there is no trend.
    let deviation: Double
    /// The chance of such a score, or one farther from 0, where there is no trend.
    let chance: Double

    /// - Parameter residuals: `values` without their trend, which tell how they hang together; nil if they certainly do
    ///   not.
    init(_ values: [Double], residuals: [Double]?) {
        var (rising, falling) = (0, 0)
        for last in values.indices {
            for first in 0..<last {
                rising += values[first] < values[last] ? 1 : 0
                falling += values[first] > values[last] ? 1 : 0
            }
        }
        score = rising - falling
        let count = Double(values.count)
        let inflation = residuals.map(Persistence.inflation) ?? 1
        let plain = Self.term(count) - Self.ties(values)
        deviation = (Swift.max(plain, 0) / 18 * inflation).squareRoot()
        guard deviation > 0 else {
            chance = 1
            return
        }
        let distance = Swift.max(Double(abs(score)) - 1, 0) / deviation
        // Few independent values have heavier tails than many.
        let chance =
            inflation > 1.0001
            ? StudentTail.twoSided(distance, freedom: count / inflation - 2) : erfc(distance / 2.0.squareRoot())
        self.chance =
            Self.isInOrder(rising, falling, values.count) ? Swift.min(chance, Self.chanceOfOrder) : chance
    }

    /// Nearly all values in order: a trend, although its bends and steps look like persistence, of which a line leaves
    /// much.
    private static func isInOrder(_ rising: Int, _ falling: Int, _ count: Int) -> Bool {
        let (score, pairs) = (Double(abs(rising - falling)), Double(count * (count - 1) / 2))
        return count >= 30 && score >= 0.9 * Double(rising + falling) && score >= 0.6 * pairs
    }

    /// How often that happens at most to values each of which keeps nine tenths of the one before: never in 9,500
    /// simulations.
    private static let chanceOfOrder = 0.001

    private static func term(_ count: Double) -> Double { count * (count - 1) * (2 * count + 5) }

    private static func ties(_ values: [Double]) -> Double {
        var sum = 0.0
        var run = 0.0
        var previous: Double?
        for value in values.sorted() {
            if value == previous {
                run += 1
            } else {
                sum += term(run)
                run = 1
            }
            previous = value
        }
        return sum + term(run)
    }
}
