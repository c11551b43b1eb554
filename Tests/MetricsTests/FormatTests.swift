import DebVisorCore
import Foundation
import TestSupport
import Testing

@testable import Metrics

/// What a store writes, another reads: the same series with the same bits.
@Suite struct FormatTests {
    @Test(arguments: MetricFormat.allCases, 0..<6 as Range<UInt64>)
    func exportAndImportAreExact(format: MetricFormat, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let (one, other) = (try MetricFixture(), try MetricFixture())
        var names = ["plain", "c_total", "t{a=\"1\",b=\"zwei Wörter, = und \\\"Zeichen\\\"\"}"]
        if format != .influx { names.append("t{a=\"line\\nfeed\\\\\"}") }
        for (index, name) in names.enumerated() {
            for shape in RandomSeries.Shape.allCases.shuffled(using: &random).prefix(2) {
                var series = RandomSeries.make(shape, &random)
                if shape == .wide { series.times = series.times.indices.map { Int64($0) * 86_400_007 } }
                try one.add(
                    name, zip(series.times, series.bits).map { ($0, Double(bitPattern: $1)) },
                    type: index == 1 ? .counter : .gauge)
            }
        }
        try one.add("special", RandomSeries.specials.enumerated().map { (Int64($0), Double(bitPattern: $1)) })
        let text = try one.export(format)
        let report = try other.import(text, format)
        #expect(try other.everything() == one.everything())
        #expect(try report.samples == one.everything().values.reduce(0) { $0 + $1.count })
        #expect(try other.store.series().map(\.family.type) == one.store.series().map(\.family.type))
        #expect(try other.export(format) == text)
    }

    /// OpenMetrics writes a counter without its `_total`, where another metric may have that name.
    @Test(arguments: ["gauge", "histogram", "summary"])
    func aCounterBesideAMetricOfItsNameComesBack(type: String)
        throws
    {
        let (one, other) = (try MetricFixture(), try MetricFixture())
        try one.store.define(MetricDefinition(MetricName("orders_total"), .counter, help: "taken"))
        try one.add("orders_total", [(1, 1), (2, 5)], type: .counter)
        let name = try MetricName("orders")
        try one.store.define(
            MetricDefinition(name, MetricType(rawValue: type).orThrow(Fault(.usage, type)), help: "open"))
        let time = Timestamp(milliseconds: 3)
        switch type {
        case "gauge": try one.add("orders", [(3, 7)])
        case "histogram": try one.store.observe(name, .none, 1, at: time)
        default: try one.store.summarize(ObservedValue(name, .none, 1, at: time))
        }
        let text = try one.export(.openmetrics)
        _ = try other.import(text, .openmetrics)
        #expect(try other.everything() == one.everything())
        #expect(try other.series("orders_total").family.help == "taken")
        #expect(try other.series("orders_total").family.type == .counter)
        // Also where the counter comes first.
        let blocks = text.components(separatedBy: "# TYPE ").dropFirst().map { $0.replacing("# EOF\n", with: "") }
        let turned = blocks.reversed().map { "# TYPE " + $0 }.joined() + "# EOF\n"
        let third = try MetricFixture()
        _ = try third.import(turned, .openmetrics)
        #expect(try third.everything() == one.everything())
        #expect(throws: Fault.self) { try third.import("# TYPE a gauge\n# TYPE a summary\n# EOF\n", .openmetrics) }
    }

    static let good: [(MetricFormat, String, [String: [(Int64, Double)]])] = [
        (.openmetrics, "a 1 2\n# EOF\n", ["a": [(2000, 1)]]),
        (
            .openmetrics, "# TYPE a gauge\na{} 1 2.5\na{ b = \"c\" , } -1.5e3 3\n# EOF",
            ["a": [(2500, 1)], "a{b=\"c\"}": [(3000, -1500)]]
        ),
        (.openmetrics, "# TYPE r counter\nr_total 5 1 # {id=\"x\"} 1 1\n# EOF\n", ["r_total": [(1000, 5)]]),
        (
            .openmetrics, "a +Inf 1\na -inf 2\na nan 3\n\n# a comment\n# EOF\n",
            ["a": [(1000, .infinity), (2000, -.infinity), (3000, .nan)]]
        ),
        (.openmetrics, "a{b=\"}\\\"\\\\\\n\"} 1 1e0\r\n# EOF\r\n", ["a{b=\"}\\\"\\\\\\n\"}": [(1000, 1)]]),
        (.openmetrics, "a 1 -0.001\nb 2 1.0009999\n# EOF\n", ["a": [(-1, 1)], "b": [(1000, 2)]]),
        (
            .influx, "cpu,host=a usage=1.5,idle=98i 1700000000000000000",
            ["cpu_usage{host=\"a\"}": [(1_700_000_000_000, 1.5)], "cpu_idle{host=\"a\"}": [(1_700_000_000_000, 98)]]
        ),
        (
            .influx, "m,p=a\\ b\\,c\\=d value=t 1000000\nm value=7u 2000000\n\nm s=\"text, = x\" 1",
            ["m{p=\"a b,c=d\"}": [(1, 1)], "m": [(2, 7)]]
        ),
        (
            .csv, "timestamp,value,name\n2014-02-14 14:30:00,0.132,a\n1.5,7,a\n",
            ["a": [(1500, 7), (1_392_388_200_000, 0.132)]]
        ),
        (
            .csv, "name,x,tags,timestamp,value\r\na,\"y,\"\"\",\"b=\"\"1\"\"\",1970-01-01T00:00:01.5+00:00,\"2\"\r\n",
            ["a{b=\"1\"}": [(1500, 2)]]
        ),
        (.ndjson, "{\"value\":1,\"name\":\"a\",\"timestamp\":1.5}\n", ["a": [(1500, 1)]]),
        (
            .ndjson,
            "{ \"tags\" : {\"b\":\"\\u00e4\\ud83d\\ude00\\n\"}, \"x\":[1,{\"y\":null}], \"name\":\"a\", \"timestamp\":\"1970-01-01T00:00:00Z\", \"value\":\"-Inf\" }",
            ["a{b=\"ä😀\\n\"}": [(0, -.infinity)]]
        ),
    ]

    @Test(arguments: Self.good.indices) func textsAreRead(index: Int) throws {
        let (format, text, wanted) = Self.good[index]
        let fixture = try MetricFixture()
        _ = try fixture.import(text, format)
        let found = try fixture.everything()
        #expect(found.count == wanted.count)
        for (key, samples) in wanted {
            #expect(
                try found[MetricFixture.key(key)] == samples.map { Sample(Timestamp(milliseconds: $0), $1) }, "\(key)")
        }
    }

    /// What is wrong, where it is said to be.
    static let bad: [(MetricFormat, String, String)] = [
        (.openmetrics, "a 1 2\n", "1:1"), (.openmetrics, "a 1 2\nb", "2:2"), (.openmetrics, "a 1 2\nb{c=\"", "2:6"),
        (.openmetrics, "a one 2\n# EOF", "1:3"), (.openmetrics, "a 1 2 3\n# EOF", "1:7"),
        (.openmetrics, "0a 1 2\n# EOF", "1:1"),
        (.openmetrics, "a{b=\"\\x\"} 1 2\n# EOF", "1:7"), (.openmetrics, "# TYPE a fast\n# EOF", "1:10"),
        (.openmetrics, "# TYPE a gauge\n# TYPE a summary\n# EOF", "2:10"),
        (.openmetrics, "a 1 2\n# EOF\na 2 3\n", "3:1"),
        (.openmetrics, "a{b=\"1\",b=\"2\"} 1 2\n# EOF", "1:1"), (.openmetrics, "a 1\n# EOF", "1:4"),
        (.openmetrics, "a 1e 2\n# EOF", "1:5"), (.openmetrics, "a 1 99999999999999\n# EOF", "1:5"),
        (.openmetrics, "# TYPE h histogram\nh 1 1\n# EOF", "2:1"), (.openmetrics, "\u{0}\u{1}\u{2}", "1:1"),
        (.influx, "m", "1:2"), (.influx, "m a=b 1", "1:5"), (.influx, "m a=1 1x", "1:8"), (.influx, "0m a=1 1", "1:1"),
        (.influx, "m a=\"x", "1:5"),
        (.csv, "", "1:1"), (.csv, "a,b\n", "1:1"), (.csv, "name,timestamp,value\na,1\n", "2:4"),
        (.csv, "name,timestamp,value\na,yesterday,1\n", "2:3"), (.csv, "name,timestamp,value\na,1,1,1\n", "2:6"),
        (.ndjson, "[]", "1:1"), (.ndjson, "{\"name\":\"a\",\"timestamp\":1}", "1:1"),
        (.ndjson, "{\"name\":\"a\",\"timestamp\":1,\"value\":true}", "1:35"),
        (.ndjson, "{\"name\":\"a\",\"timestamp\":1,\"value\":1", "1:36"),
        (.ndjson, "{\"name\":\"\\ud800\",\"timestamp\":1,\"value\":1}", "1:16"),
    ]

    @Test(arguments: Self.bad.indices) func faultsSayWhere(index: Int) throws {
        let (format, text, place) = Self.bad[index]
        let fixture = try MetricFixture()
        let fault = #expect(throws: Fault.self) { try fixture.import(text, format) }
        #expect(fault?.message.hasPrefix("input:\(place): ") == true, "\(text): \(String(describing: fault))")
        #expect(fault?.kind == .failed && fault?.hint != nil)
    }

    @Test func whatComesBeforeIsKeptUnlessAtomic() throws {
        let text = "a 1 1\na 2 2\nb{ 3 3\nb 4 4\n# EOF\n"
        for isAtomic in [false, true] {
            let fixture = try MetricFixture()
            var options = ImportOptions()
            options.isAtomic = isAtomic
            let fault = #expect(throws: Fault.self) { try fixture.import(text, .openmetrics, options) }
            #expect(
                fault?.hint?.contains(isAtomic ? "nothing is stored" : "(2 samples)") == true,
                "\(String(describing: fault))")
            #expect(try fixture.everything().values.flatMap { $0 }.count == (isAtomic ? 0 : 2))
        }
    }

    @Test func theFirstSeriesTooManyIsNamed() throws {
        let fixture = try MetricFixture(seriesLimit: 3)
        let text = (0..<6).map { "a{n=\"\($0)\"} 1 1\na{n=\"\($0)\"} 1 2\n" }.joined() + "# EOF\n"
        let fault = #expect(throws: Fault.self) { try fixture.import(text, .openmetrics) }
        #expect(fault?.message.hasPrefix("input:7: ") == true, "\(String(describing: fault))")
        #expect(try fixture.everything().values.flatMap { $0 }.count == 6)
    }

    @Test func aLineHasAnEnd() throws {
        let fixture = try MetricFixture()
        let fault = #expect(throws: Fault.self) {
            try fixture.import("a 1 1\n" + String(repeating: "x", count: 10 << 20), .openmetrics)
        }
        #expect(fault?.message.hasPrefix("input:2:1: a line is longer") == true)
        #expect(try fixture.read("a").count == 1)
    }

    @Test func theFutureIsRefused() throws {
        let fixture = try MetricFixture()
        var options = ImportOptions()
        options.latest = Timestamp(milliseconds: 5000)
        let fault = #expect(throws: Fault.self) {
            try fixture.import("a 1 5\na 1 5.001\n# EOF\n", .openmetrics, options)
        }
        #expect(fault?.message.hasPrefix("input:2:5: ") == true)
        #expect(try fixture.read("a").count == 1)
    }
}
