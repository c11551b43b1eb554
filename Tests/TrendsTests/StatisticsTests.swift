import Glibc
import Testing

@testable import Trends

@Suite struct StatisticsTests {
    /// Values from the usual tables of Student's distribution.
    @Test(arguments: [(12.706, 1.0, 0.05), (2.228, 10, 0.05), (3.169, 10, 0.01), (2.626, 100, 0.01), (0, 5, 1)])
    func tailsOfStudent(t: Double, freedom: Double, chance: Double) {
        #expect(abs(StudentTail.twoSided(t, freedom: freedom) - chance) < 2e-5)
    }

    @Test func fewDegreesOfFreedomSayNothing() { #expect(StudentTail.twoSided(1e9, freedom: 0.9) == 1) }

    @Test func medianOfPairsIsNotMovedByWildValues() {
        let x = (0..<40).map(Double.init)
        var y = x.map { 3 + 0.5 * $0 }
        for wild in [3, 11, 20, 21, 34] { y[wild] = 1e6 }
        let line = TheilSen(x, y)
        #expect(abs(line.slope - 0.5) < 1e-12)
        #expect(abs(line.intercept - 3) < 1e-9)
    }

    /// Kendall's own variance of a permutation of ten: n (n - 1) (2 n + 5) / 18 = 125.
    @Test func scoreAndDeviationWithoutTies() {
        let test = MannKendall((0..<10).map(Double.init), residuals: nil)
        #expect(test.score == 45)
        #expect(abs(test.deviation - 125.0.squareRoot()) < 1e-12)
        // (45 - 1) / sqrt(125) = 3.935, two sides of the normal distribution.
        #expect(abs(test.chance - 8.3e-5) < 1e-6)
    }

    /// Two ties of 5: 125 - 2 (5 · 4 · 15) / 18 = 91.67.
    @Test func tiesNarrowTheDeviation() {
        let test = MannKendall([1, 1, 1, 1, 1, 2, 2, 2, 2, 2], residuals: nil)
        #expect(test.score == 25)
        #expect(abs(test.deviation - (125.0 - 600.0 / 18).squareRoot()) < 1e-12)
    }

    /// Residuals that hang together, as those of a curve about a line do.
    @Test("A few values in order are a trend, however they bend", arguments: [10, 12, 17, 25, 29, 40])
    func inOrder(count: Int) {
        let curve = (0..<count).map { -pow(1.6, Double($0)) }
        let line = TheilSen(curve.indices.map(Double.init), curve)
        let residuals = line.residuals(curve.indices.map(Double.init), curve)
        #expect(MannKendall(curve, residuals: residuals).chance < Trend.significance)
        var mixed = curve
        mixed.swapAt(1, count - 2)
        mixed.swapAt(0, count / 2)
        #expect(MannKendall(mixed, residuals: mixed).chance > Trend.significance)
    }

    @Test func equalValuesAreNoTrend() { #expect(MannKendall([4, 4, 4, 4, 4], residuals: nil).chance == 1) }

    /// A long series of AR(1) says as much as one shorter by (1 + r) / (1 - r).
    @Test(arguments: [(0.0, 1.0), (0.5, 3), (0.9, 19)])
    func persistenceIsMeasured(share: Double, expected: Double) {
        let all = (1...20).map { seed in
            Persistence.inflation(MadeSeries.autoregressive(1500, share, seed: seed &* 77))
        }
        let median = Ordered.median(all)
        #expect(median > expected * 0.85 && median < expected * 1.35 + 0.1, "\(median)")
    }

    @Test func ranksShareTies() { #expect(Ordered.ranks([10, 30, 10, 20]) == [1.5, 4, 1.5, 3]) }

    @Test(arguments: [
        (41.2678, "41.27"), (1_234_567, "1235000"), (0.000056784, "0.00005678"), (0, "0"), (-3, "-3"), (99.999, "100"),
    ])
    func numbersInWords(number: Double, text: String) {
        #expect(TrendWords.number(number).contains("e") || TrendWords.number(number) == text)
    }

    @Test(arguments: [
        (40.0, "40 s"), (95, "1 min 35 s"), (3600, "1 h"), (90_000, "1 d 1 h"), (864_000, "10 d"), (36_000, "10 h"),
    ])
    func durationsInWords(seconds: Double, text: String) { #expect(TrendWords.duration(seconds: seconds) == text) }
}
