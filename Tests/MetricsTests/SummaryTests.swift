import DebVisorCore
import Foundation
import GRDB
import Storage
import TestSupport
import Testing

@testable import Metrics

/// Quantiles to a hundredth of themselves, and what a summary's series are.
@Suite struct SummaryTests {
    static let kinds = ["uniform", "exponential", "wide", "signed", "steps", "zeros", "tiny"]

    static func values(_ kind: String, _ count: Int, _ random: inout SeededRandom) -> [Double] {
        (0..<count).map { _ in
            let share = Double.random(in: 0..<1, using: &random)
            return switch kind {
            case "uniform": 10 + share
            case "exponential": -log(1 - share)
            case "wide": pow(10, share * 15 - 6)
            case "signed": (share - 0.3) * 1000
            case "steps": (share * 5).rounded(.down)
            case "zeros": share < 0.5 ? 0 : share
            default: share * 1e-300
            }
        }
    }

    @Test(arguments: Self.kinds) func quantilesAreCloseToTheTruth(_ kind: String) throws {
        for seed in 0..<8 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            let count = [1, 2, 10, 3000][Int(seed % 4)]
            let values = Self.values(kind, count, &random)
            var sketch = ValueSketch()
            for value in values { sketch.add(value) }
            #expect(sketch.count == UInt64(count))
            let sorted = values.sorted()
            for share in [0.001, 0.1, 0.5, 0.9, 0.99, 0.999] {
                let exact = sorted[max(1, Int((share * Double(count)).rounded(.up))) - 1]
                let found = try #require(sketch.quantile(share))
                #expect(
                    abs(found - exact) <= ValueSketch.error * abs(exact) * 1.0000001, "\(share): \(found), \(exact)")
            }
            #expect(try ValueSketch(sketch.bytes) == sketch)
            // The order does not matter.
            var shuffled = ValueSketch()
            for value in values.shuffled(using: &random) { shuffled.add(value) }
            #expect(shuffled == sketch)
        }
    }

    @Test func boundedWhateverComes() throws {
        var sketch = ValueSketch()
        for exponent in stride(from: -1022.0, to: 1023, by: 0.01) { sketch.add(pow(2, exponent)) }
        sketch.add(.greatestFiniteMagnitude)
        sketch.add(-.greatestFiniteMagnitude)
        sketch.add(.leastNonzeroMagnitude)
        #expect(sketch.positive.count == ValueSketch.mostBins && sketch.zeros == 1)
        let top = try #require(sketch.quantile(0.9999999))
        #expect(top >= .greatestFiniteMagnitude * 0.99, "\(top)")
        let high = try #require(sketch.quantile(0.99))
        #expect(abs(log2(high) - 1002.5) < 0.1, "\(high)")
        #expect(try ValueSketch(sketch.bytes) == sketch)
    }

    @Test(arguments: [0, 7, 39, 41, 52]) func damageIsTold(_ count: Int) throws {
        var sketch = ValueSketch()
        sketch.add(1)
        sketch.add(2)
        let fault = #expect(throws: Fault.self) { try ValueSketch(sketch.bytes.prefix(count)) }
        #expect(fault?.kind == .attention)
    }

    @Test func aSummaryGrowsAndBeginsAnew() throws {
        let fixture = try MetricFixture()
        let name = try MetricName("lag_seconds")
        let tags = try TagSet([("host", "a")])
        for index in 1...100 {
            if index == 50 { try fixture.reopen() }
            try fixture.store.summarize(
                ObservedValue(name, tags, Double(index), at: Timestamp(milliseconds: Int64(index))))
        }
        func newest(_ series: String) throws -> Double { try #require(try fixture.read(series).last).value }
        #expect(try newest("lag_seconds_count{host=\"a\"}") == 100)
        #expect(try newest("lag_seconds_sum{host=\"a\"}") == 5050)
        for (quantile, exact) in [("0.5", 50.0), ("0.9", 90), ("0.99", 99)] {
            let value = try newest("lag_seconds{host=\"a\",quantile=\"\(quantile)\"}")
            #expect(abs(value - exact) <= exact / 100, "\(quantile): \(value)")
        }
        #expect(try fixture.series("lag_seconds_count{host=\"a\"}").isCounted)
        #expect(try !fixture.series("lag_seconds{host=\"a\",quantile=\"0.5\"}").isCounted)
        let late = #expect(throws: Fault.self) {
            try fixture.store.summarize(ObservedValue(name, tags, 1, at: Timestamp(milliseconds: 5)))
        }
        #expect(late?.message.contains("later observations") == true)
        for value in [Double.nan, .infinity] {
            #expect(throws: Fault.self) {
                try fixture.store.summarize(ObservedValue(name, tags, value, at: Timestamp(milliseconds: 500)))
            }
        }
        let end = Sample(Timestamp(milliseconds: 200), Sample.endOfSeries)
        try fixture.store.append([
            NewSample(SeriesRequest(try MetricFixture.key("lag_seconds_count{host=\"a\"}")), end)
        ])
        try fixture.store.summarize(ObservedValue(name, tags, 7, at: Timestamp(milliseconds: 300)))
        #expect(try newest("lag_seconds_count{host=\"a\"}") == 1)
        #expect(try abs(newest("lag_seconds{host=\"a\",quantile=\"0.99\"}") - 7) < 0.08)
        // Its sketch goes with it.
        try fixture.store.delete(SeriesSelection(name))
        #expect(try fixture.store.store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM sketches") } == 0)
    }

    @Test func formatsKeepASummary() throws {
        let fixture = try MetricFixture()
        try fixture.store.summarize(
            ObservedValue(MetricName("lag_seconds"), TagSet([("host", "a")]), 2, at: Timestamp(milliseconds: 1000)))
        for format in MetricFormat.allCases {
            let other = try MetricFixture()
            // In formats without a word for it the parts become metrics of their own unless the metric is known as a summary.
            if format == .openmetrics || format == .influx {
                try other.store.define(MetricDefinition(MetricName("lag_seconds"), .summary))
            }
            _ = try other.import(try fixture.export(format), format)
            #expect(try other.everything() == fixture.everything(), "\(format)")
            #expect(try other.series("lag_seconds_sum{host=\"a\"}").family.type == .summary, "\(format)")
        }
        #expect(
            try HistogramTests.exposed(fixture, .prometheus).split(separator: "\n").map { $0.prefix(12) }.suffix(5)
                == ["lag_seconds{", "lag_seconds{", "lag_seconds{", "lag_seconds_", "lag_seconds_"])
    }
}
