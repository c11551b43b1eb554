import DebVisorCore
import GRDB
import Storage
import TestSupport
import Testing

@testable import Metrics

/// The store beside a dictionary: whatever comes in whatever order, both hold the same.
@Suite struct StoreModelTests {
    struct Model {
        var series: [String: [Int64: UInt64]] = [:]

        mutating func add(_ name: String, _ time: Int64, _ bits: UInt64) {
            series[name, default: [:]][time] = bits
        }

        func samples(_ name: String) -> [Sample] {
            (series[name] ?? [:]).sorted { $0.key < $1.key }.map {
                Sample(Timestamp(milliseconds: $0.key), Double(bitPattern: $0.value))
            }
        }
    }

    @Test(arguments: 0..<12) func randomWritesAreReadBack(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let fixture = try MetricFixture()
        var model = Model()
        let names = (0..<Int.random(in: 1...6, using: &random)).map { "m{n=\"\($0)\"}" }
        for _ in 0..<Int.random(in: 5...30, using: &random) {
            let isBulk = Int.random(in: 0..<3, using: &random) == 0
            let batch = Self.batch(names, isBulk ? 4000 : 40, &random)
            if isBulk {
                let writer = SampleWriter(fixture.store, capacity: Int.random(in: 1...2500, using: &random))
                for (name, time, bits) in batch {
                    try writer.append(writer.slot(of: MetricFixture.request(name)), time, bits)
                }
                try writer.flush()
            } else {
                try fixture.store.append(
                    batch.map {
                        NewSample(
                            try MetricFixture.request($0), Sample(Timestamp(milliseconds: $1), Double(bitPattern: $2)))
                    })
            }
            for (name, time, bits) in batch { model.add(name, time, bits) }
        }
        if Bool.random(using: &random) { try fixture.reopen() }
        for name in names where model.series[name] != nil {
            #expect(try fixture.read(name) == model.samples(name))
            for _ in 0..<5 {
                let from = Int64.random(in: -100...30_000, using: &random)
                let to = from + Int64.random(in: 0...10_000, using: &random)
                let range = Timestamp(milliseconds: from)...Timestamp(milliseconds: to)
                #expect(try fixture.read(name, range) == model.samples(name).filter { range.contains($0.time) })
            }
        }
        try Self.checkChunks(fixture)
    }

    private static func batch(_ names: [String], _ most: Int, _ random: inout SeededRandom) -> [(String, Int64, UInt64)]
    {
        var time = Int64.random(in: 0...20_000, using: &random)
        let isDisorderly = Int.random(in: 0..<3, using: &random) == 0
        return (0..<Int.random(in: 1...most, using: &random)).map { _ in
            time += Int64.random(in: isDisorderly ? -20...20 : 0...3, using: &random)
            let bits =
                Int.random(in: 0..<8, using: &random) == 0
                ? RandomSeries.specials.randomElement(using: &random) ?? 0 : Double(time % 97).bitPattern
            return (names.randomElement(using: &random) ?? names[0], time, bits)
        }
    }

    /// Chunks of a series do not overlap, and none is larger than it may be.
    static func checkChunks(_ fixture: MetricFixture) throws {
        let all = try fixture.store.store.read { database in
            try Row.fetchAll(database, sql: "SELECT series_id, first, last, n FROM chunks WHERE tier = 0 ORDER BY 1, 2")
                .map { ($0[0] as Int64, $0[1] as Int64, $0[2] as Int64, $0[3] as Int) }
        }
        for (one, next) in zip(all, all.dropFirst()) where one.0 == next.0 { #expect(one.2 < next.1) }
        #expect(all.allSatisfy { $0.1 <= $0.2 && (1...ChunkMerge.most).contains($0.3) })
    }

    @Test func replacedSamplesAreCounted() throws {
        let fixture = try MetricFixture()
        let writer = SampleWriter(fixture.store)
        let slot = try writer.slot(of: try MetricFixture.request("m"))
        for time in [1, 2, 2, 3, 1] as [Int64] { try writer.append(slot, time, Double(time).bitPattern) }
        try writer.flush()
        #expect(writer.duplicates == 2 && writer.samples == 5)
        try writer.append(slot, 3, 7.0.bitPattern)
        try writer.flush()
        #expect(writer.duplicates == 3)
        #expect(try fixture.read("m").map(\.value) == [1, 2, 7])
    }

    @Test func lateSamplesRewriteOneChunk() throws {
        let fixture = try MetricFixture()
        let writer = SampleWriter(fixture.store)
        let slot = try writer.slot(of: try MetricFixture.request("m"))
        for time in 0..<5000 as Range<Int64> { try writer.append(slot, time * 10, 0) }
        try writer.flush()
        let before = try fixture.chunks()
        try writer.append(slot, 15_005, 1.0.bitPattern)
        try writer.flush()
        let after = try fixture.chunks()
        #expect(before.map(\.count) == [1000, 1000, 1000, 1000, 1000])
        #expect(after.map(\.count) == [1000, 1001, 1000, 1000, 1000])
    }

    @Test func oneNameHasOneType() throws {
        let fixture = try MetricFixture()
        try fixture.add("a", [(1, 1)], type: .counter)
        try fixture.add("a{x=\"1\"}", [(1, 1)])
        #expect(throws: Fault.self) { try fixture.add("a", [(2, 1)], type: .gauge) }
        #expect(try fixture.series("a{x=\"1\"}").family.type == .counter)
        try fixture.add("h_count", [(1, 1)], type: .gauge)
        #expect(throws: Fault.self) {
            try fixture.store.append([
                NewSample(
                    SeriesRequest(try MetricFixture.key("h_sum"), .histogram, suffix: "_sum"),
                    Sample(Timestamp(milliseconds: 1), 1))
            ])
        }
    }

    @Test func thereAreNotTooManySeries() throws {
        let fixture = try MetricFixture(seriesLimit: 10)
        for number in 0..<10 { try fixture.add("a{x=\"\(number)\"}", [(1, 1)]) }
        let fault = #expect(throws: Fault.self) { try fixture.add("a{x=\"10\"}", [(1, 1)]) }
        #expect(fault?.kind == .conflict)
        try fixture.add("a{x=\"9\"}", [(2, 1)])
    }

    @Test func whatIsSaidOfAMetricIsKept() throws {
        let fixture = try MetricFixture()
        var request = try MetricFixture.request("load_percent{host=\"a\"}")
        request.limits = try MetricLimits(least: 0, most: 100)
        (request.unit, request.help) = ("percent", "of one processor")
        try fixture.store.append([NewSample(request, Sample(Timestamp(milliseconds: 1), 5))])
        try fixture.add("load_percent{host=\"b\"}", [(1, 1)])
        try fixture.add("load_percent{host=\"a\"}", [(2, 1)])
        try fixture.add("reads_total", [(1, 1)])
        let series = try fixture.series("load_percent{host=\"a\"}")
        #expect(
            series.limits == request.limits && series.family.unit == "percent" && series.family.help == request.help)
        #expect(try fixture.series("load_percent{host=\"b\"}").limits == .none)
        #expect(try fixture.series("reads_total").family.type == .counter)
        #expect(throws: Fault.self) { try MetricLimits(least: 2, most: 1) }
    }

    @Test(arguments: ["", "0a", "a-b", "ä", "a b", String(repeating: "a", count: 256)])
    func namesAreThoseOfPrometheus(name: String) throws {
        let fault = #expect(throws: Fault.self) { try MetricName(name) }
        #expect(fault?.kind == .usage && fault?.hint != nil)
        #expect(throws: Fault.self) { try TagSet([(name: name, value: "x")]) }
    }

    /// Ids are the same everywhere and for ever.
    @Test func idsDoNotChange() throws {
        #expect(SeriesKey(try MetricName("a")).id.description == "d24ec4f1a98c6e5b")
        #expect(SeriesKey(try MetricName("abc")).id.description == "44bc2cf5ad770999")
        let one = try TagSet([(name: "b", value: "1"), (name: "a", value: "2"), (name: "c", value: "")])
        let other = try TagSet([(name: "a", value: "2"), (name: "b", value: "1")])
        #expect(SeriesKey(try MetricName("x"), one).id == SeriesKey(try MetricName("x"), other).id)
        #expect(TagSet(stored: one.description) == one)
        // The example of python-xxhash.
        let long = Array("Nobody inspects the spammish repetition".utf8)
        #expect(long.withUnsafeBytes { XXHash64.of($0) } == 0xfbce_a83c_8a37_8bf1)
    }
}
