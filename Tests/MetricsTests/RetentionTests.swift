import DebVisorCore
import TestSupport
import Testing

@testable import Metrics

/// What is left when samples get old: their count, extremes, sums and growth.
@Suite struct RetentionTests {
    static let day: Int64 = 86_400_000
    static let now = Timestamp(milliseconds: 1000 * day + 5_000_000)

    /// One value in a while, which double arithmetic adds exactly in any order.
    static func fill(
        _ fixture: MetricFixture, _ name: String, _ type: MetricType, days: Int64, _ random: inout SeededRandom
    ) throws {
        let writer = SampleWriter(fixture.store)
        let slot = try writer.slot(of: try MetricFixture.request(name, type))
        var (time, value) = (now.milliseconds - days * day, 0.0)
        while time < now.milliseconds {
            let isSpecial = Int.random(in: 0..<200, using: &random) == 0
            value =
                Int.random(in: 0..<300, using: &random) == 0 ? 0 : value + Double(Int.random(in: 0...9, using: &random))
            let bits = isSpecial ? [Double.nan, Sample.endOfSeries].randomElement(using: &random) ?? 0 : value
            try writer.append(slot, time, bits.bitPattern)
            time += Int64.random(in: 1...200_000, using: &random)
        }
        try writer.flush()
    }

    @Test(arguments: 0..<4 as Range<UInt64>) func rollUpsSayWhatTheSamplesSaid(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let fixture = try MetricFixture()
        try Self.fill(fixture, "g", .gauge, days: 12, &random)
        try Self.fill(fixture, "c_total", .counter, days: 12, &random)
        let aggregates: [Aggregate] = [.avg, .min, .max, .sum, .count]
        var before: [[AggregatePoint]] = []
        for name in ["g", "c_total"] {
            for aggregate in aggregates {
                before.append(try fixture.store.points(of: try fixture.series(name), step: 3_600_000, aggregate))
            }
        }
        let samples = try fixture.read("g")
        var retention = MetricRetention(sampleDays: 3, tenMinuteDays: 6)
        try fixture.store.change(retention)
        let upkeep = try fixture.store.applyRetention(at: Self.now)
        #expect(upkeep.rolledUp > 0 && upkeep.removed > 0)
        #expect(Set(try fixture.chunks().map(\.tier)) == [0, 1, 2])
        let today = Self.now.milliseconds / Self.day * Self.day
        #expect(try fixture.read("g") == samples.filter { $0.time.milliseconds >= today - 2 * Self.day })
        for (index, name) in ["g", "c_total"].enumerated() {
            for (place, aggregate) in aggregates.enumerated() {
                let points = try fixture.store.points(of: try fixture.series(name), step: 3_600_000, aggregate)
                #expect(points == before[index * aggregates.count + place], "\(name) \(aggregate)")
            }
        }
        // Twice is once.
        #expect(try fixture.store.applyRetention(at: Self.now).rolledUp == 0)
        retention.hourDays = 9
        try fixture.store.change(retention)
        _ = try fixture.store.applyRetention(at: Self.now)
        let kept = try fixture.store.points(of: try fixture.series("g"), step: Self.day, .count)
        #expect(kept.first?.time.milliseconds == today - 8 * Self.day)
    }

    @Test func countersGrowOnThroughRollUps() throws {
        let fixture = try MetricFixture()
        var random = SeededRandom(seed: 3)
        let writer = SampleWriter(fixture.store)
        let slot = try writer.slot(of: try MetricFixture.request("c_total", .counter))
        var (time, value) = (Self.now.milliseconds - 5 * Self.day, 0.0)
        while time < Self.now.milliseconds {
            value = Int.random(in: 0..<100, using: &random) == 0 ? 2 : value + 3
            try writer.append(slot, time, value.bitPattern)
            time += 60_000
        }
        try writer.flush()
        let before = try fixture.store.points(of: try fixture.series("c_total"), step: 3_600_000, .rate)
        try fixture.store.change(MetricRetention(sampleDays: 2, tenMinuteDays: 3))
        _ = try fixture.store.applyRetention(at: Self.now)
        let after = try fixture.store.points(of: try fixture.series("c_total"), step: 3_600_000, .rate)
        // Of the very first step the beginning is gone with its samples.
        #expect(after == Array(before.dropFirst()))
    }

    @Test func percentilesOfRollUpsAreNotMadeUp() throws {
        let fixture = try MetricFixture()
        var random = SeededRandom(seed: 4)
        try Self.fill(fixture, "g", .gauge, days: 3, &random)
        try fixture.store.change(MetricRetention(sampleDays: 1))
        _ = try fixture.store.applyRetention(at: Self.now)
        let series = try fixture.series("g")
        let isComplete = try fixture.store.readPoints(of: series, step: Self.day, .p95) { _ in }
        #expect(!isComplete)
        #expect(try fixture.store.points(of: series, step: Self.day, .p95).count == 1)
    }

    /// Samples that come for a time that is rolled up already join it at the next pass.
    @Test func lateSamplesJoinTheirRollUp() throws {
        let fixture = try MetricFixture()
        let old = Self.now.milliseconds - 10 * Self.day
        try fixture.add("g", [(old, 1), (old + 1000, 5)])
        try fixture.store.change(MetricRetention(sampleDays: 1))
        _ = try fixture.store.applyRetention(at: Self.now)
        try fixture.add("g", [(old + 500, 9)])
        for _ in 0..<2 {
            #expect(try fixture.store.points(of: try fixture.series("g"), step: Self.day, .max).map(\.value) == [9])
            #expect(try fixture.store.points(of: try fixture.series("g"), step: Self.day, .count).map(\.value) == [3])
            _ = try fixture.store.applyRetention(at: Self.now)
        }
        #expect(try fixture.read("g").isEmpty)
    }

    @Test func aStoreStaysWithinItsSize() throws {
        let fixture = try MetricFixture()
        let writer = SampleWriter(fixture.store)
        var random = SeededRandom(seed: 5)
        for number in 0..<4 {
            let slot = try writer.slot(of: try MetricFixture.request("g{n=\"\(number)\"}"))
            for minute in 0..<20_000 as Range<Int64> {
                try writer.append(
                    slot, Self.now.milliseconds - minute * 60_000, Double.random(in: 0...1, using: &random).bitPattern)
            }
        }
        try writer.flush()
        let before = try fixture.store.used()
        let count = try fixture.store.points(of: try fixture.series("g{n=\"0\"}"), step: Self.day * 1000, .count)
        try fixture.store.change(MetricRetention(bytes: before * 6 / 10))
        _ = try fixture.store.applyRetention(at: Self.now)
        #expect(try fixture.store.used() <= before * 6 / 10)
        #expect(try fixture.store.points(of: try fixture.series("g{n=\"0\"}"), step: Self.day * 1000, .count) == count)
        try fixture.store.change(MetricRetention(bytes: 1))
        _ = try fixture.store.applyRetention(at: Self.now)
        #expect(try fixture.chunks().allSatisfy { $0.tier == 0 })
    }

    @Test func compactingChangesNothing() throws {
        let fixture = try MetricFixture()
        var random = SeededRandom(seed: 6)
        for round in 0..<30 as Range<Int64> {
            let writer = SampleWriter(fixture.store)
            let slot = try writer.slot(of: try MetricFixture.request("m"))
            for _ in 0..<50 {
                try writer.append(
                    slot, Int64.random(in: round * 1000...round * 1000 + 5000, using: &random), random.next())
            }
            try writer.flush()
            try fixture.add("m", [(round * 7777, 1)])
        }
        let before = try fixture.everything()
        _ = try fixture.store.compact()
        #expect(try fixture.everything() == before)
        #expect(try fixture.chunks().count <= 3)
        try StoreModelTests.checkChunks(fixture)
    }

    @Test func deletedSeriesAreGone() throws {
        let fixture = try MetricFixture()
        for number in 0..<4 { try fixture.add("m{n=\"\(number)\"}", [(1, Double(number))]) }
        try fixture.add("other", [(1, 1)])
        #expect(
            try fixture.store.delete(SeriesSelection(try MetricName("m"), try TagSet([(name: "n", value: "3")]))) == 1)
        try fixture.add("m{n=\"9\"}", [(2, 9)])
        #expect(try fixture.read("m{n=\"9\"}").map(\.value) == [9])
        #expect(try fixture.store.delete(SeriesSelection(try MetricName("m"))) == 4)
        #expect(try fixture.everything().keys.map(\.description) == ["other"])
        try fixture.add("m", [(1, 1)], type: .counter)
    }

    @Test(arguments: [(3, 2, nil), (nil, 5, 4), (0, nil, nil)] as [(Int?, Int?, Int?)])
    func coarserIsKeptLonger(days: (Int?, Int?, Int?)) throws {
        let fixture = try MetricFixture()
        let retention = MetricRetention(sampleDays: days.0, tenMinuteDays: days.1, hourDays: days.2)
        #expect(throws: Fault.self) { try fixture.store.change(retention) }
        #expect(try fixture.store.retention() == MetricRetention())
    }
}
