import DebVisorCore
import Glibc
import TestSupport
import Testing

@testable import Trends

@Suite struct ForecastTests {
    static let day = MadeSeries.day

    private static func line(perDay: Double, from level: Double, noise: Double = 0.2, limits: TrendLimits = .unknown)
        throws -> Trend
    {
        let values = MadeSeries.white(2000, seed: 31)
        return try Trend(
            of: MadeSeries.samples(2000, step: 300) { row, seconds in
                level + perDay * seconds / day + noise * values[row]
            },
            limits: limits)
    }

    @Test("A level ahead has three times, in order, and the true one between them", arguments: [1.0, -1.0])
    func ahead(sign: Double) throws {
        let trend = try Self.line(perDay: sign * 2, from: 50)
        let forecast = trend.forecast(reaching: 50 + sign * 40, now: trend.until)
        #expect(forecast.outcome == .expected)
        #expect(forecast.side == (sign > 0 ? .above : .below))
        let (early, likely, late) = (forecast.earliest, forecast.likely, forecast.latest)
        let truth = 20 - 1999 * 300 / Self.day
        #expect(abs((forecast.days(to: likely) ?? 0) - truth) < 0.05 * truth)
        #expect((forecast.days(to: early) ?? 99) < truth && (forecast.days(to: late) ?? 0) > truth)
        #expect(
            forecast.explanation().first?.hasPrefix(sign > 0 ? "it reaches 90 about" : "it reaches 10 about") == true)
    }

    @Test(
        "What a forecast says",
        arguments: [
            // Two a day from 50, now at 63.9.
            (60.0, nil, TrendForecast.Outcome.notWithin), (60, .above, .reached), (60, .below, .notWithin),
            (100, nil, .expected), (100, .above, .expected), (90, .below, .reached), (400, nil, .notWithin),
            (240, nil, .expected), (101, .above, .notWithin),
        ] as [(Double, TrendForecast.Side?, TrendForecast.Outcome)])
    func outcomes(threshold: Double, side: TrendForecast.Side?, outcome: TrendForecast.Outcome) throws {
        let limits = threshold == 101 ? TrendLimits(most: 100) : .unknown
        let trend = try Self.line(perDay: 2, from: 50, limits: limits)
        let forecast = trend.forecast(reaching: threshold, side: side, now: trend.until)
        #expect(forecast.outcome == (threshold == 101 ? .impossible : outcome), "\(forecast)")
        #expect((forecast.likely != nil) == (forecast.outcome == .expected))
        #expect(forecast.explanation().allSatisfy { !$0.isEmpty && !$0.hasSuffix(".") })
    }

    @Test("At a limit, reached is the limit's side")
    func limits() throws {
        let full = try Trend(
            of: MadeSeries.samples(500) { row, _ in row > 480 ? 100 : 80 + 20 * Double(row) / 480 },
            limits: TrendLimits(least: 0, most: 100))
        #expect(full.forecast(reaching: 100, now: full.until).outcome == .reached)
    }

    @Test("Nothing is forecast for the past, and old samples are said to be old")
    func oldSamples() throws {
        let trend = try Self.line(perDay: 2, from: 50)
        let now = trend.until.adding(milliseconds: 40 * 86_400_000)
        let forecast = trend.forecast(reaching: 90, now: now)
        #expect(forecast.likely == now)
        #expect(forecast.explanation().contains("the last sample is 40 d old"))
        let far = trend.forecast(reaching: 200, now: trend.until)
        #expect(far.explanation().contains("that is far ahead of the 6 d 22 h that it rests on"))
    }

    @Test("Logs that are rotated never fill the disk", arguments: [0.3, 1, 2, 3.7, 7], [0.0, 0.5])
    func sawtooth(period: Double, noise: Double) throws {
        for (seed, days) in [(1, 14.0), (2, 9.3), (3, 30), (4, 11.9), (5, 21.2)] as [(UInt64, Double)]
        where days > 2.1 * period {
            let count = Int(days * 288)
            let values = MadeSeries.white(count, seed: seed)
            let trend = try Trend(
                of: MadeSeries.samples(count, step: 300) { row, seconds in
                    20 + 50 * (seconds / Self.day / period).truncatingRemainder(dividingBy: 1) + noise * values[row]
                }, limits: TrendLimits(least: 0, most: 100))
            for threshold in [75.0, 80, 100] {
                let outcome = trend.forecast(reaching: threshold, now: trend.until).outcome
                #expect(outcome == .notWithin, "period \(period) d, \(days) d: \(outcome), \(trend)")
            }
        }
    }

    @Test("… also where a tooth has few samples", arguments: [4, 6, 10, 18, 30], [0.0, 0.5, 2])
    func coarseSawtooth(tooth: Int, noise: Double) throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let count = 8 * tooth + Int(seed) * 11 % (7 * tooth)
            let values = MadeSeries.white(count, seed: seed)
            let trend = try Trend(
                of: MadeSeries.samples(count, step: 3600) { row, _ in
                    20 + 50 * Double(row % tooth) / Double(tooth) + noise * values[row]
                }, limits: TrendLimits(least: 0, most: 100))
            let outcome = trend.forecast(reaching: 100, now: trend.until).outcome
            #expect(outcome == .notWithin, "\(count) rows, seed \(seed): \(trend)")
            if tooth >= 10, noise < 1 { #expect(trend.restart == nil, "\(count) rows, seed \(seed): \(trend)") }
        }
    }

    @Test("Logs that are not rotated any more do")
    func brokenRotation() throws {
        let trend = try Trend(
            of: MadeSeries.samples(12 * 144, step: 600) { _, seconds in
                let days = seconds / Self.day
                return days < 6.6 ? 20 + 20 * (days / 2.2).truncatingRemainder(dividingBy: 1) : 20 + 9.09 * (days - 6.6)
            }, limits: TrendLimits(least: 0, most: 100))
        let forecast = trend.forecast(reaching: 100, now: trend.until)
        #expect(forecast.outcome == .expected)
        #expect(abs((forecast.days(to: forecast.likely) ?? 0) - 3.4) < 0.3)
    }

    @Test("Memory that is collected has no trend; what leaks under it has")
    func collectedMemory() throws {
        var random = SeededRandom(seed: 12)
        func heap(leak: Double) throws -> Trend {
            var level = 20.0
            return try Trend(
                of: MadeSeries.samples(2 * 1440) { _, seconds in
                    level += Double.random(in: 0.5...1.5, using: &random)
                    if level > 70 { level = Double.random(in: 18...24, using: &random) }
                    return level + leak * seconds / Self.day
                })
        }
        let flat = try heap(leak: 0)
        #expect(flat.direction == .stable)
        #expect(flat.forecast(reaching: 100, now: flat.until).outcome == .notWithin)
        #expect(try heap(leak: 20).direction == .increasing)
    }

    @Test("A sawtooth that drifts as a whole is a trend")
    func driftingSawtooth() throws {
        let trend = try Trend(
            of: MadeSeries.samples(30 * 144, step: 600) { _, seconds in
                20 + 0.8 * seconds / Self.day + 20 * (seconds / Self.day / 2.6).truncatingRemainder(dividingBy: 1)
            })
        #expect(trend.direction == .increasing)
        #expect(abs(trend.slopePerDay - 0.8) < 0.1)
    }

    @Test("A level that a sawtooth turns above is no forecast")
    func recurring() throws {
        let trend = try Trend(
            of: MadeSeries.samples(20 * 144, step: 600) { _, seconds in
                20 + 50 * (seconds / Self.day / 2.6).truncatingRemainder(dividingBy: 1)
            })
        #expect(trend.shape == .sawtooth)
        #expect(abs((trend.turn ?? 0) - 69) < 2)
        #expect(trend.forecast(reaching: 60, now: trend.until).outcome != .expected)
        #expect(trend.explanation().first?.contains("jumps back") == true)
    }
}
