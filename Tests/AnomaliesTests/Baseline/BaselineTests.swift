import DebVisorCore
import Glibc
import TestSupport
import Testing

@testable import Anomalies

@Suite struct BaselineTests {
    private static let minute: Int64 = 60_000
    /// Monday, 2026-06-01T00:00:00Z.
    private static let monday: Int64 = 1_780_272_000_000

    private func samples(days: Double, step: Int64 = 5 * minute, _ value: (Int, Double) -> Double) -> [BaselineSample] {
        let count = Int(days * 86_400_000 / Double(step)) + 1
        return (0..<count).map { row in
            let time = Self.monday + Int64(row) * step
            return BaselineSample(Timestamp(milliseconds: time), value(row, Double(time - Self.monday) / 3_600_000))
        }
    }

    @Test("Few samples are described exactly")
    func exact() throws {
        let baseline = try Baseline(of: samples(days: 0.5, step: Self.minute) { row, _ in Double((row * 5) % 721) })
        #expect(baseline.count == 721)
        #expect(abs(baseline.mean - 360) < 1e-9)
        #expect(abs(baseline.standardDeviation - (721.0 * 722 / 12).squareRoot()) < 1e-9)
        #expect((baseline.least, baseline.most) == (0, 720))
        #expect(baseline.percentiles.map(\.value) == [7.2, 36, 180, 360, 540, 684, 712.8])
        #expect(baseline.percentile(50) == 360 && baseline.percentile(51) == nil)
        #expect(baseline.rankError == 0 && baseline.step == Self.minute)
        #expect(baseline.since.milliseconds == Self.monday)
        #expect(baseline.until.milliseconds == Self.monday + 43_200_000)
        #expect(baseline.season == nil && baseline.profiles.isEmpty)
        #expect(baseline.lacks == ["0 of 3 days for a profile of the day", "0 of 14 days for a profile of the week"])
    }

    @Test("What is lacking is said in numbers")
    func lacks() throws {
        var some = samples(days: 3) { row, _ in Double(row % 17) }
        some[5].value = .nan
        some.removeSubrange(100..<300)
        let baseline = try Baseline(of: some)
        #expect(
            baseline.lacks == [
                "1 samples were not numbers", "664 of 865 samples for one each 5 min",
                "3 of 14 days for a profile of the week",
            ])
        #expect(throws: Fault.self) { try Baseline(of: []) }
        #expect(throws: Fault.self) { try Baseline(of: [BaselineSample(Timestamp(milliseconds: 0), .nan)]) }
        let one = try Baseline(of: [BaselineSample(Timestamp(milliseconds: 5), 7)])
        #expect((one.mean, one.standardDeviation, one.step, one.percentile(99)) == (7, 0, 0, 7))
        #expect(one.lacks.first == "1 of 100 samples for percentiles to rely on")
    }

    @Test("A season is chosen if it explains later rows", arguments: [1, 2, 3] as [UInt64])
    func season(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let noise = (0..<9000).map { _ in Noise.normal(using: &random) }
        func daily(_ hours: Double) -> Double { 10 * sin(hours / 12 * Double.pi) }
        let day = try Baseline(of: samples(days: 21) { 50 + daily($1) + noise[$0] })
        #expect(day.season == .day && day.profiles.map(\.period) == [.day, .week] && day.lacks.isEmpty)
        let week = try Baseline(
            of: samples(days: 28) { 50 + (Int($1 / 24) % 7 < 5 ? daily($1) : 30) + noise[$0] })
        #expect(week.season == .week)
        let none = try Baseline(of: samples(days: 28) { row, _ in 50 + noise[row] })
        #expect(none.season == nil && none.profiles.count == 2)
        // A daily course of a third of the noise is there, but not worth it.
        let faint = try Baseline(of: samples(days: 28) { 50 + 0.03 * daily($1) + noise[$0] })
        #expect(faint.season == nil)
    }

    @Test("A profile has each hour's median and deviation; weeks begin on Monday")
    func profile() throws {
        let baseline = try Baseline(
            of: samples(days: 14) { row, hours in Double(Int(hours) % 168) + (row % 3 == 0 ? 1 : row % 3 == 1 ? -1 : 0)
            })
        let week = try #require(baseline.profiles.last)
        #expect(week.hours.count == 168)
        for (hour, found) in week.hours.enumerated() {
            #expect(found?.median == Double(hour) && found?.deviation == 1)
            #expect(found?.count == (hour == 0 ? 25 : 24))
        }
        #expect(SeasonalProfile.Period.week.hour(atMilliseconds: -1) == 3 * 24 - 1)
        #expect(SeasonalProfile.Period.day.hour(atMilliseconds: -1) == 23)
    }

    @Test("Samples need not fit into memory: a scan may be repeated")
    func scan() throws {
        var scans = 0
        let baseline = try Baseline { body in
            scans += 1
            for row in 0..<50_000 {
                let time = Timestamp(milliseconds: Self.monday + Int64(row) * Self.minute)
                body(BaselineSample(time, Double((row * 7919) % 50_000)))
            }
        }
        #expect(scans == 3 && baseline.count == 50_000 && baseline.rankError == 0.001)
        for percentile in baseline.percentiles {
            #expect(abs(percentile.value - Double(percentile.percent) * 500) <= 51)
        }
    }
}
