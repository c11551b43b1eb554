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
        let (sorted, falling) = Selection.sorted(values)
        let ties = Self.ties(sorted)
        let rising = values.count * (values.count - 1) / 2 - falling - ties.pairs
        score = rising - falling
        let count = Double(values.count)
        let inflation = residuals.map(Persistence.inflation) ?? 1
        let plain = Self.term(count) - ties.term
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
            Self.isInOrder(rising, falling, values.count) ? Swift.min(chance, Self.chanceOfOrder(values)) : chance
    }

    /// Nearly all values in order: a trend, although its bends and steps look like persistence, of which a line leaves
    /// much.
    private static func isInOrder(_ rising: Int, _ falling: Int, _ count: Int) -> Bool {
        let (score, pairs) = (Double(abs(rising - falling)), Double(count * (count - 1) / 2))
        return count >= 10 && score >= 0.9 * Double(rising + falling) && score >= 0.6 * pairs
    }

    /// How often that happens at most where there is no trend. To thirty and more values each of which keeps nine tenths
    /// of the one before: never in 9,500 simulations. To fewer: twice as often as their steps go one way so often (the sign
    /// test of differences, Moore and Wallis 1943), of which also a random walk has as many up as down.
    private static func chanceOfOrder(_ values: [Double]) -> Double {
        guard values.count < 30 else { return 0.001 }
        let steps = zip(values.dropFirst(), values)
        let (up, down) = (steps.count { $0 > $1 }, steps.count { $0 < $1 })
        // Tosses of a coin: from none the other way to as many as there were.
        var (chance, term) = (0.0, exp2(-Double(up + down)))
        for other in 0...Swift.min(up, down) {
            chance += term
            term *= Double(up + down - other) / Double(other + 1)
        }
        return Swift.min(4 * chance, 1)
    }

    private static func term(_ count: Double) -> Double { count * (count - 1) * (2 * count + 5) }

    /// Of sorted values: the pairs of equal ones, and what they take from the variance.
    private static func ties(_ sorted: [Double]) -> (pairs: Int, term: Double) {
        var ties = (pairs: 0, term: 0.0)
        var start = 0
        for end in 1..<sorted.count + 1 where end == sorted.count || sorted[end] != sorted[start] {
            ties.pairs += (end - start) * (end - start - 1) / 2
            ties.term += term(Double(end - start))
            start = end
        }
        return ties
    }
}
