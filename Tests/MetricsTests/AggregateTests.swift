import DebVisorCore
import TestSupport
import Testing

@testable import Metrics

/// Steps and their values beside the plainest way to compute them.
@Suite struct AggregateTests {
    static func naive(
        _ samples: [Sample], _ range: ClosedRange<Timestamp>, _ step: Int64, _ aggregate: Aggregate, resets: Bool
    ) -> [AggregatePoint] {
        var steps: [Int64: [Double]] = [:]
        var growth: [Int64: (Double, Int64)] = [:]
        var previous: Sample?
        for sample in samples {
            if sample.value.isNaN {
                if sample.isEndOfSeries { previous = nil }
                continue
            }
            let start = Int64((Double(sample.time.milliseconds) / Double(step)).rounded(.down)) * step
            if range.contains(sample.time) {
                steps[start, default: []].append(sample.value)
                if let previous {
                    var increase = sample.value - previous.value
                    if resets, sample.value < previous.value { increase = sample.value }
                    let old = growth[start] ?? (0, 0)
                    growth[start] = (
                        old.0 + increase, old.1 + sample.time.milliseconds - previous.time.milliseconds
                    )
                }
            }
            previous = sample
        }
        return steps.keys.sorted().compactMap { start in
            let values = steps[start] ?? []
            let sorted = values.sorted()
            func quantile(_ q: Double) -> Double {
                let rank = q * Double(sorted.count - 1)
                let (low, high) = (Int(rank.rounded(.down)), Int(rank.rounded(.up)))
                return low == high
                    ? sorted[low] : sorted[low] * (1 - (rank - Double(low))) + sorted[high] * (rank - Double(low))
            }
            let value: Double? =
                switch aggregate {
                case .avg: values.reduce(0, +) / Double(values.count)
                case .min: sorted[0]
                case .max: sorted[sorted.count - 1]
                case .sum: values.reduce(0, +)
                case .count: Double(values.count)
                case .p50: quantile(0.5)
                case .p95: quantile(0.95)
                case .p99: quantile(0.99)
                case .rate: growth[start].map { $0.0 / (Double($0.1) / 1000) }
                }
            return value.map { AggregatePoint(Timestamp(milliseconds: start), $0) }
        }
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func stepsAreThoseOfTheModel(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let fixture = try MetricFixture()
        let type: MetricType = Bool.random(using: &random) ? .counter : .gauge
        var samples: [(Int64, Double)] = []
        var (time, value) = (Int64.random(in: -5000...5000, using: &random), 0.0)
        for _ in 0..<Int.random(in: 1...4000, using: &random) {
            time += Int64.random(in: 1...2000, using: &random)
            value =
                Int.random(in: 0..<50, using: &random) == 0 ? 0 : value + Double(Int.random(in: 0...9, using: &random))
            let isSpecial = Int.random(in: 0..<60, using: &random) == 0
            samples.append(
                (time, isSpecial ? [Double.nan, Sample.endOfSeries].randomElement(using: &random) ?? 0 : value))
        }
        let half = samples.count / 2
        let writer = SampleWriter(fixture.store)
        let slot = try writer.slot(of: try MetricFixture.request("m", type))
        for (time, value) in samples[..<half] { try writer.append(slot, time, value.bitPattern) }
        try writer.flush()
        try fixture.add("m", Array(samples[half...]))
        let series = try fixture.series("m")
        let all = try fixture.store.samples(of: series)
        for aggregate in Aggregate.allCases {
            let step = Int64.random(in: 1...100_000, using: &random)
            let from = Int64.random(in: -6000...time, using: &random)
            let range =
                Timestamp(
                    milliseconds: from)...Timestamp(
                    milliseconds: from + Int64.random(in: 0...time + 6000, using: &random))
            let found = try fixture.store.points(of: series, range, step: step, aggregate)
            #expect(
                found == Self.naive(all, range, step, aggregate, resets: type != .gauge),
                "\(aggregate) \(step) \(range)")
        }
    }

    @Test func aCounterThatBeginsAnewStillGrows() throws {
        let fixture = try MetricFixture()
        try fixture.add("c_total", [(0, 100), (10_000, 150), (20_000, 10), (30_000, 20)], type: .counter)
        let points = try fixture.store.points(of: try fixture.series("c_total"), step: 60_000, .rate)
        #expect(points == [AggregatePoint(Timestamp(milliseconds: 0), 70.0 / 30)])
    }

    @Test func whatEndedIsNotComparedWithWhatBegins() throws {
        let fixture = try MetricFixture()
        try fixture.add(
            "c_total", [(0, 100), (10_000, 150), (11_000, Sample.endOfSeries), (20_000, 1000), (30_000, 1010)],
            type: .counter)
        let points = try fixture.store.points(of: try fixture.series("c_total"), step: 60_000, .rate)
        #expect(points == [AggregatePoint(Timestamp(milliseconds: 0), 3)])
    }

    @Test func seriesAreFoundByTheirTags() throws {
        let fixture = try MetricFixture()
        for host in ["a", "b"] {
            for disk in ["x", "y"] { try fixture.add("d{disk=\"\(disk)\",host=\"\(host)\"}", [(1, 1)]) }
        }
        try fixture.add("d", [(1, 1)])
        func names(_ tags: [(String, String)]) throws -> [String] {
            try fixture.store.series(
                SeriesSelection(try MetricName("d"), try TagSet(tags.map { (name: $0, value: $1) }))
            ).map(\.key.description)
        }
        #expect(try names([("host", "a")]) == ["d{disk=\"x\",host=\"a\"}", "d{disk=\"y\",host=\"a\"}"])
        #expect(try names([("host", "a"), ("disk", "x")]) == ["d{disk=\"x\",host=\"a\"}"])
        #expect(try names([("host", "c")]).isEmpty)
        #expect(try names([]).count == 5)
        #expect(try names([("ost", "a")]).isEmpty)
        let id = try fixture.series("d").id.description
        #expect(try fixture.store.series(id).key.description == "d")
        #expect(throws: Fault.self) { try fixture.store.series("ffffffffffffffff") }
    }

    @Test func statesCountWhatThereIs() throws {
        let fixture = try MetricFixture()
        try fixture.add("m", [(5, 1), (7, 2)])
        let writer = SampleWriter(fixture.store)
        let slot = try writer.slot(of: try MetricFixture.request("m"))
        for time in 10..<20 as Range<Int64> { try writer.append(slot, time, 3.0.bitPattern) }
        try writer.flush()
        try fixture.add("m", [(30, 4)])
        let state = try #require(try fixture.store.states().first)
        #expect(state.samples == 13 && state.first?.milliseconds == 5)
        #expect(state.latest == Sample(Timestamp(milliseconds: 30), 4))
    }
}
