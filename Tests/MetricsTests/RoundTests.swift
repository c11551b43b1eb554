import DebVisorCore
import TestSupport
import Testing

@testable import Metrics

/// Rounds of a collector: what is new, what ends, and what neither is.
@Suite struct RoundTests {
    let fixture: MetricFixture

    init() throws { fixture = try MetricFixture() }

    private func record(
        _ minute: Int64, _ keys: [String], names: Set<String> = ["up", "read_total"],
        hasEnded: @escaping @Sendable (SeriesKey) -> Bool = { _ in true }
    ) throws -> RoundOutcome {
        let values = try keys.map { (series: try MetricFixture.request($0), value: Double(minute)) }
        return try fixture.store.record(
            MetricRound(
                at: Timestamp(milliseconds: minute * 60_000), values: values,
                names: Set(try names.map { try MetricName($0) }), hasEnded: hasEnded))
    }

    private let both = [#"up{vm="a"}"#, #"up{vm="b"}"#, #"read_total{disk="vda",vm="b"}"#]

    @Test func aSeriesThatIsMissingEndsOnce() throws {
        var outcome = try record(1, both)
        #expect(outcome.series == 3)
        #expect(outcome.new.count == 3)
        #expect(outcome.ended.isEmpty)
        outcome = try record(2, [both[0]])
        #expect(outcome.new.isEmpty)
        #expect(outcome.ended.map(\.description).sorted() == [both[2], both[1]].sorted())
        #expect(outcome.samples == 3)
        #expect(try record(3, [both[0]]).ended.isEmpty)
        #expect(try fixture.read(both[1]).map(\.isEndOfSeries) == [false, true])
        #expect(try fixture.read(both[1]).last?.time.milliseconds == 120_000)
        // It comes back, is no new series, and ends again.
        outcome = try record(4, both)
        #expect(outcome.new.isEmpty)
        #expect(try record(5, [both[0]]).ended.count == 2)
        #expect(try fixture.read(both[1]).map(\.isEndOfSeries) == [false, true, false, true])
    }

    @Test func whatIsInChunksEndsToo() throws {
        _ = try record(1, both)
        try fixture.store.settleTail()
        #expect(try record(2, [both[0]]).ended.count == 2)
        try fixture.store.settleTail()
        #expect(try record(3, [both[0]]).ended.isEmpty)
    }

    @Test func onlyWhatMayEndDoes() throws {
        _ = try record(1, both + ["other"])
        #expect(try record(2, [both[0]]) { $0.tags["vm"] != "b" }.ended.isEmpty)
        #expect(try record(3, [both[0]]).ended.count == 2)
        // What is no metric of the collector stays, and so does what was silent for more than a day.
        #expect(try fixture.read("other").count == 1)
        _ = try record(4, both)
        #expect(try record(4 + 24 * 60 + 1, [both[0]]).ended.isEmpty)
    }

    @Test func aClockThatWasSetBackEndsNothing() throws {
        _ = try record(10, both)
        #expect(try record(9, [both[0]]).ended.isEmpty)
        #expect(try record(11, [both[0]]).ended.count == 2)
    }

    @Test func oneValueThatCannotBeTakenKeepsNothingOut() throws {
        try fixture.add("up", [(1, 1)], type: .counter)
        let values: [(series: SeriesRequest, value: Double)] = try [("up", 1), ("fine", 2), ("fine", 3)].map {
            (SeriesRequest(try MetricFixture.key($0.0), .gauge), $0.1)
        }
        let outcome = try fixture.store.record(
            MetricRound(at: Timestamp(milliseconds: 60_000), values: values, names: []) { _ in true })
        #expect(outcome.series == 1)
        #expect(outcome.refused.map(\.series.name.text) == ["up"])
        #expect(outcome.refused.first?.fault.kind == .conflict)
        #expect(try fixture.read("fine").map(\.value) == [2])
        let small = try MetricFixture(seriesLimit: 1)
        let one = try small.store.record(
            MetricRound(at: Timestamp(milliseconds: 60_000), values: values, names: []) { _ in true })
        #expect(one.series == 1)
        #expect(one.refused.count == 2)
    }

    /// What a round says of a series is kept, also of one that was there.
    @Test func whatIsSaidOfASeriesMayChange() throws {
        func outcome(_ minute: Int64, _ help: String, _ most: Double?) throws -> MetricSeries {
            let limits = try most.map { try MetricLimits(least: 0, most: $0) }
            let request = SeriesRequest(
                try MetricFixture.key("up"), .gauge, unit: "bytes", help: help, limits: limits)
            let outcome = try fixture.store.record(
                MetricRound(
                    at: Timestamp(milliseconds: minute * 60_000), values: [(request, 1)],
                    names: [try MetricName("up")]
                ) { _ in true })
            #expect(outcome.new.count == (minute == 1 ? 1 : 0))
            return try fixture.series("up")
        }
        var series = try outcome(1, "a", 5)
        #expect(series.limits.most == 5)
        series = try outcome(2, "a", nil)
        #expect(series.limits.most == 5)
        series = try outcome(3, "b", 6)
        #expect(series.limits.most == 6)
        #expect(series.family.help == "b")
        #expect(try fixture.read("up").count == 3)
    }

    @Test func newestSamplesOfKeys() throws {
        _ = try record(1, both)
        _ = try record(2, [both[0]])
        let keys = try (both + ["nothing"]).map(MetricFixture.key)
        let latest = try fixture.store.latest(keys)
        #expect(latest.count == 3)
        #expect(latest[keys[0]]?.value == 2)
        #expect(latest[keys[1]]?.isEndOfSeries == true)
    }

    /// Series come and go at random: each has a value for each round it was in and one mark for each time it left.
    @Test(arguments: 0..<20 as Range<UInt64>) func marksStandWhereSeriesLeft(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let keys = (0..<6).map { #"up{vm="\#($0)"}"# }
        var expected = [[Bool]](repeating: [], count: keys.count)
        for minute in 1...40 as ClosedRange<Int64> {
            let present = keys.indices.filter { _ in Bool.random(using: &random) }
            _ = try record(minute, present.map { keys[$0] })
            for index in keys.indices {
                if present.contains(index) {
                    expected[index].append(false)
                } else if expected[index].last == false {
                    expected[index].append(true)
                }
            }
            if Int.random(in: 0..<5, using: &random) == 0 { try fixture.store.settleTail() }
        }
        for (key, marks) in zip(keys, expected) where !marks.isEmpty {
            #expect(try fixture.read(key).map(\.isEndOfSeries) == marks, "\(key), seed \(seed)")
        }
    }

    @Test func upkeepIsDueOnceADay() throws {
        let day: Int64 = 86_400_000
        func due(_ time: Int64) throws -> Bool {
            try fixture.store.applyRetentionIfDue(at: Timestamp(milliseconds: time)) != nil
        }
        #expect(try due(10 * day))
        #expect(try !due(10 * day + 1))
        #expect(try !due(11 * day - 1))
        #expect(try due(11 * day))
        // A clock that was far ahead does not put it off for ever.
        #expect(try due(99 * day))
        #expect(try due(12 * day))
    }
}
