import Glibc
import Testing

@testable import Trends

/// Noise has no trend, however long its values hang together.
@Suite struct FalseTrendTests {
    enum Noise: String, CaseIterable, Sendable {
        case white, autoregressive

        func series(_ count: Int, seed: UInt64) -> [Double] {
            self == .white
                ? MadeSeries.white(count, seed: seed) : MadeSeries.autoregressive(count, seed: seed)
        }
    }

    static let series = 1000
    /// `SOAK` in the environment makes them more.
    static let lengths = getenv("SOAK") == nil ? [10, 15, 25, 300] : [10, 15, 25, 50, 100, 300, 1000, 3000, 10_080]

    @Test("At most 15 of 1,000 series of noise have a trend", arguments: Noise.allCases, lengths)
    func falseTrends(noise: Noise, length: Int) throws {
        var (trends, expected) = (0, 0)
        for seed in 1...UInt64(Self.series) {
            let values = noise.series(length, seed: seed &* 7919)
            let samples = MadeSeries.samples(length) { row, _ in 50 + values[row] }
            let trend = try Trend(of: samples)
            if trend.direction != .stable { trends += 1 }
            // Far above whatever the noise has been: a forecast of that would be an alarm.
            if trend.forecast(reaching: 80, now: trend.until).outcome != .notWithin { expected += 1 }
        }
        if getenv("SOAK") != nil {
            print("\(noise), \(length) samples: \(trends) false trends of \(Self.series), \(expected) forecasts")
        }
        #expect(Double(trends) <= 0.015 * Double(Self.series))
        #expect(expected <= trends)
    }
}
