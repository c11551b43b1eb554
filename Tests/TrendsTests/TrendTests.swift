import DebVisorCore
import Glibc
import TestSupport
import Testing

@testable import Trends

@Suite struct TrendTests {
    static let day = MadeSeries.day

    /// Noise as large as the whole change in the first, a fiftieth of it in the last.
    @Test("A line in noise: its slope to 5 %", arguments: [1.0, 0.5, 0.2, 0.02], [1.0, -1.0])
    func noisyLine(noise: Double, sign: Double) throws {
        let values = MadeSeries.white(7 * 1440, seed: 5)
        let trend = try Trend(
            of: MadeSeries.samples(values.count) { row, seconds in
                100 + sign * 10 * seconds / (7 * Self.day) + 10 * noise * values[row]
            })
        #expect(trend.direction == (sign > 0 ? .increasing : .decreasing))
        #expect(abs(trend.slopePerDay - sign * 10 / 7) < 0.05 * 10 / 7, "\(trend.slopePerDay)")
        #expect(trend.slopeRange.contains(sign * 10 / (7 * Self.day)))
        #expect(trend.confidence > 0.99)
        #expect(trend.lacks == ["7 of 21 days to see a season of the week"])
    }

    @Test("A trend that bends is a trend", arguments: [0.5, 2, 3])
    func curve(power: Double) throws {
        let noise = MadeSeries.white(1000, seed: 3)
        let trend = try Trend(
            of: MadeSeries.samples(1000) { row, seconds in 20 + 10 * pow(seconds / 60_000, power) + 0.02 * noise[row] })
        #expect(trend.direction == .increasing)
    }

    @Test("A slow series of whole numbers has steps, not jumps", arguments: [1.0, -1.0], [4, 7, 24])
    func wholeNumbers(sign: Double, rows: Int) throws {
        for count in [48, 100, 333] {
            let trend = try Trend(
                of: MadeSeries.samples(count, step: 1800) { row, _ in 80 + sign * Double(row / rows) })
            let wanted: TrendDirection =
                count / rows < 3 ? trend.direction : sign > 0 ? .increasing : .decreasing
            #expect(trend.direction == wanted, "\(count) rows: \(trend)")
            #expect(count / rows < 5 || trend.restart == nil)
        }
    }

    @Test("What never changes is stable, and no line of rounding errors")
    func constant() throws {
        for value in [0.0, 42, 0.1, -1e12] {
            let trend = try Trend(of: MadeSeries.samples(2000) { _, _ in value })
            #expect(trend.direction == .stable)
            #expect(trend.slope == 0 && trend.noise == 0)
            #expect(trend.forecast(reaching: value + 1, now: trend.until).outcome == .notWithin)
        }
        let almost = try Trend(of: MadeSeries.samples(2000) { row, _ in 0.1 + Double(row) * 1e-15 })
        #expect(almost.direction == .stable)
    }

    @Test("Scaling, shifting and mirroring change the numbers and nothing else", arguments: 1...12)
    func symmetries(seed: Int) throws {
        let random = MadeSeries.autoregressive(900, 0.5, seed: UInt64(seed))
        let slope = Double(seed % 4) * 0.01
        let jump = seed % 3 == 0 ? 60.0 : 0
        func trend(_ change: (Double) -> Double) throws -> Trend {
            try Trend(
                of: MadeSeries.samples(900, step: 600) { row, seconds in
                    let season = 5 * sin(seconds / Self.day * 2 * Double.pi)
                    return change(slope * Double(row) + random[row] + (row > 400 ? jump : 0) + season)
                })
        }
        let plain = try trend { $0 }
        let scaled = try trend { 4 * $0 }
        #expect(scaled.direction == plain.direction && scaled.confidence == plain.confidence)
        #expect(abs(scaled.slope - 4 * plain.slope) <= 1e-12 * abs(scaled.slope))
        #expect(scaled.restart?.time == plain.restart?.time && scaled.season == plain.season)
        let shifted = try trend { $0 + 1024 }
        #expect(shifted.direction == plain.direction)
        #expect(abs(shifted.confidence - plain.confidence) < 1e-6)
        #expect(abs(shifted.slope - plain.slope) <= 1e-9 * (abs(plain.slope) + 1e-9))
        let mirrored = try trend { -$0 }
        #expect(abs(mirrored.slope + plain.slope) <= 1e-12 * abs(plain.slope))
        #expect((mirrored.direction == .stable) == (plain.direction == .stable))
        #expect((mirrored.direction == .increasing) == (plain.direction == .decreasing))
        #expect(mirrored.shape == plain.shape && mirrored.restart?.time == plain.restart?.time)
    }

    @Test("A season of the day hides no trend and makes none", arguments: [0.0, 0.3, -0.3])
    func seasonOfTheDay(perDay: Double) throws {
        let noise = MadeSeries.white(10 * 1440, seed: 9)
        let trend = try Trend(
            of: MadeSeries.samples(noise.count) { row, seconds in
                let days = seconds / Self.day
                return 50 + perDay * days + 10 * sin(days * 2 * Double.pi) + noise[row]
            })
        #expect(trend.season == .day)
        #expect(trend.direction == (perDay > 0 ? .increasing : perDay < 0 ? .decreasing : .stable))
        #expect(abs(trend.slopePerDay - perDay) < 0.02)
        // Single samples are as far from the line as the season takes them.
        #expect(trend.departures.upperBound > 9 && trend.departures.lowerBound < -9)
    }

    @Test("Quiet weekends are a season of the week")
    func seasonOfTheWeek() throws {
        let noise = MadeSeries.white(28 * 144, seed: 4)
        let trend = try Trend(
            of: MadeSeries.samples(noise.count, step: 600) { row, seconds in
                let days = seconds / Self.day
                return (Int(days) % 7 >= 5 ? 20 : 60) + 0.1 * days + noise[row]
            })
        #expect(trend.season == .week)
        #expect(trend.direction == .increasing)
        #expect(abs(trend.slopePerDay - 0.1) < 0.02, "\(trend.slopePerDay)")
    }

    @Test("Noise has no season")
    func noSeason() throws {
        for seed in 1...20 as ClosedRange<UInt64> {
            let noise = MadeSeries.autoregressive(20 * 144, 0.9, seed: seed)
            #expect(try Trend(of: MadeSeries.samples(noise.count, step: 600) { row, _ in noise[row] }).season == nil)
        }
    }

    @Test("A step begins the look anew", arguments: [0.0, 1.0], [30.0, -30])
    func step(noise: Double, size: Double) throws {
        let values = MadeSeries.white(2000, seed: 8)
        let trend = try Trend(
            of: MadeSeries.samples(2000) { row, _ in 100 + (row >= 900 ? size : 0) + noise * values[row] })
        #expect(trend.direction == .stable)
        let restart = try #require(trend.restart)
        #expect(abs(restart.time.milliseconds - MadeSeries.start.milliseconds - 900 * 60_000) <= 8 * 60_000)
        #expect(abs(restart.after - restart.before - size) < 3)
        #expect(trend.since == restart.time)
    }

    @Test("A disk that was emptied grows from there")
    func emptiedDisk() throws {
        let noise = MadeSeries.white(3000, seed: 2)
        let samples = MadeSeries.samples(3000, step: 300) { row, _ in
            40 + 0.012 * Double(row % 1800) + 0.3 * noise[row]
        }
        let trend = try Trend(of: samples, limits: TrendLimits(least: 0, most: 100))
        #expect(trend.direction == .increasing && trend.shape == .steady)
        #expect(abs(trend.slope - 0.012 / 300) < 0.05 * 0.012 / 300)
        #expect(abs((trend.restart?.before ?? 0) - 61.6) < 2)
        let forecast = trend.forecast(reaching: 100, now: trend.until)
        #expect(forecast.outcome == .expected)
        // 45.6 % to go at 3.456 % a day.
        #expect(abs((forecast.days(to: forecast.likely) ?? 0) - 13.2) < 1)
        #expect(forecast.explanation().contains { $0.contains("fell back") })
    }

    @Test("Stairs, once a day, are a slope", arguments: [true, false])
    func stairs(isLate: Bool) throws {
        let offset = isLate ? 0.8 : 0.1
        let trend = try Trend(
            of: MadeSeries.samples(20 * 288, step: 300) { _, seconds in
                30 + 2 * (seconds / Self.day + offset).rounded(.down)
            })
        #expect(trend.direction == .increasing)
        #expect(trend.restart == nil)
        #expect(abs(trend.slopePerDay - 2) < 0.1, "\(trend.slopePerDay)")
    }

    @Test("Stairs at odd times too")
    func oddStairs() throws {
        var random = SeededRandom(seed: 6)
        var level = 30.0
        let trend = try Trend(
            of: MadeSeries.samples(12 * 288, step: 300) { _, _ in
                if Int.random(in: 0..<400, using: &random) == 0 { level += 2 }
                return level
            })
        #expect(trend.direction == .increasing)
    }

    @Test("Few samples have no trend, and it says so")
    func fewSamples() throws {
        let trend = try Trend(of: MadeSeries.samples(6) { row, _ in Double(row) })
        #expect(trend.direction == .stable && trend.confidence == 0)
        #expect(trend.lacks.first == "6 of 10 samples for a trend")
        #expect(trend.explanation().first == "too few samples to see a trend")
        #expect(throws: Fault.self) { try Trend(of: []) }
        #expect(throws: Fault.self) { try Trend(of: [TrendSample(MadeSeries.start, .nan)]) }
        #expect(try Trend(of: [TrendSample(MadeSeries.start, 5)]).level == 5)
    }

    @Test("A gap is said, and does not bend the line")
    func gap() throws {
        let all = MadeSeries.samples(2000) { row, seconds in 5 + 0.001 * seconds / 60 + (row % 7 == 0 ? 0.01 : 0) }
        let trend = try Trend(of: Array(all[..<600] + all[1400...]) + [TrendSample(all[1999].time, .nan)])
        #expect(abs(trend.slope - 0.001 / 60) < 0.01 * 0.001 / 60)
        #expect(
            trend.lacks.contains { $0.hasPrefix("no samples for 13 h from 2023-11-20T09:59:00Z") }, "\(trend.lacks)")
        #expect(trend.lacks.contains("1 samples were not numbers"))
    }
}
