import DebVisorCore
import TestSupport
import Testing

@testable import Metrics

/// What happened is taken in once, on top of what was there.
@Suite struct EventTests {
    static func definition(_ name: String, _ type: MetricType, limit: Int = 1000) throws -> MetricDefinition {
        try MetricDefinition(MetricName(name), type, labels: ["job"], seriesLimit: limit)
    }

    static func event(
        _ name: String, _ type: MetricType, _ change: MetricEvent.Change, at time: Int64, job: String = "a"
    ) throws -> MetricEvent {
        MetricEvent(
            try definition(name, type), try TagSet([("job", job)]), change, at: Timestamp(milliseconds: time))
    }

    @Test func countersBeginWithZeroAndGoOn() throws {
        let fixture = try MetricFixture()
        let refused = try fixture.store.record([
            Self.event("runs_total", .counter, .count(1), at: 1000),
            Self.event("runs_total", .counter, .count(2), at: 1000),
            Self.event("ok", .gauge, .set(5), at: 1000), Self.event("ok", .gauge, .set(6), at: 900),
            Self.event("wait", .histogram, .observe(3), at: 1000), Self.event("wait", .histogram, .observe(3), at: 10),
        ])
        #expect(refused.isEmpty)
        #expect(
            try fixture.read("runs_total{job=\"a\"}").map { [Double($0.time.milliseconds), $0.value] } == [
                [999, 0], [1000, 3],
            ])
        // What comes late counts from the newest sample on.
        #expect(try fixture.read("ok{job=\"a\"}").map(\.value) == [6])
        #expect(try fixture.read("wait_count{job=\"a\"}").map(\.value) == [2])
        _ = try fixture.store.record([Self.event("runs_total", .counter, .count(1), at: 500)])
        #expect(try fixture.read("runs_total{job=\"a\"}").map(\.value) == [0, 4])
        #expect(try fixture.store.definition(of: MetricName("ok")) == Self.definition("ok", .gauge))
    }

    @Test func oneThatCannotBeTakenKeepsNoOtherOut() throws {
        let fixture = try MetricFixture()
        try fixture.add("ok{job=\"a\"}", [(1, 1)], type: .counter)
        try fixture.store.define(Self.definition("few", .gauge, limit: 1))
        let refused = try fixture.store.record([
            Self.event("ok", .gauge, .set(1), at: 5), Self.event("few", .gauge, .set(1), at: 5),
            Self.event("few", .gauge, .set(1), at: 5, job: "b"), Self.event("runs_total", .counter, .count(1), at: 5),
        ])
        #expect(refused.count == 2 && refused.allSatisfy { $0.hint != nil })
        #expect(try fixture.read("few{job=\"a\"}").map(\.value) == [1])
        #expect(try fixture.read("runs_total{job=\"a\"}").map(\.value) == [0, 1])
    }

    /// Where the store has no room for all series of a histogram, none is left of it, and later it has all of its buckets.
    @Test(arguments: 1...8 as ClosedRange<Int>) func oneThatCannotBeTakenLeavesNothing(_ limit: Int) throws {
        let fixture = try MetricFixture(seriesLimit: limit)
        let events = [
            try Self.event("before", .gauge, .set(1), at: 5), try Self.event("wait", .histogram, .observe(1), at: 5),
            try Self.event("after", .gauge, .set(2), at: 5),
        ]
        let refused = try fixture.store.record(events)
        #expect(refused.count == (limit == 1 ? 2 : 1))
        #expect(try fixture.store.names() == (limit == 1 ? ["before"] : ["after", "before"]))
        #expect(try fixture.read("before{job=\"a\"}").map(\.value) == [1])
        let roomy = MetricStore(fixture.store.store)
        #expect(try roomy.record(events).isEmpty)
        let buckets = try SeriesSelection(MetricName("wait_bucket"), .none)
        #expect(try roomy.series(buckets).count == HistogramBounds.standard.bounds.count)
        #expect(try fixture.read("after{job=\"a\"}").map(\.value) == [2])
    }

    /// A source is read over and over, in pieces that overlap, sometimes with an end between: each entry counts once.
    @Test(arguments: 0..<20 as Range<UInt64>) func eachEntryCountsOnce(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let fixture = try MetricFixture()
        var first: Int64 = 1
        var (newest, taken): (Int64, Int64) = (0, 0)
        while newest < 200 {
            newest += Int64.random(in: 1...20, using: &random)
            let last = Int64.random(in: first...newest, using: &random)
            let entries = try (first...last).map {
                NumberedEvents($0, [try Self.event("runs_total", .counter, .count(1), at: $0)])
            }
            #expect(try fixture.store.record(entries, from: "test", newest: newest).isEmpty)
            if Bool.random(using: &random) { try fixture.reopen() }
            // Sometimes what was taken in is not forgotten by the source.
            if Bool.random(using: &random) { first = last + 1 }
            taken = max(taken, last)
            #expect(try fixture.read("runs_total{job=\"a\"}").last?.value == Double(taken), "\(first)...\(last)")
        }
    }

    @Test func aSourceThatWentBackCountsFromThereOn() throws {
        let fixture = try MetricFixture()
        func take(_ numbers: ClosedRange<Int64>, newest: Int64) throws -> Double? {
            let entries = try numbers.map {
                NumberedEvents($0, [try Self.event("runs_total", .counter, .count(1), at: $0)])
            }
            _ = try fixture.store.record(entries, from: "ledger", newest: newest)
            return try fixture.read("runs_total{job=\"a\"}").last?.value
        }
        #expect(try take(1...10, newest: 10) == 10)
        #expect(try take(5...7, newest: 7) == 10)
        #expect(try take(8...9, newest: 9) == 12)
        try fixture.store.skip(to: 20, of: "ledger")
        #expect(try take(19...21, newest: 21) == 13)
        #expect(try take(1...3, newest: 21) == 13)
    }
}
