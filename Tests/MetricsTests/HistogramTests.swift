import DebVisorCore
import Foundation
import Platform
import Testing

@testable import Metrics

/// Observations, and what scrapers see of them and of all else.
@Suite struct HistogramTests {
    @Test func observationsAreCounted() throws {
        let fixture = try MetricFixture()
        let name = try MetricName("wait_seconds")
        let tags = try TagSet([(name: "vm", value: "web")])
        for (index, value) in [0.003, 0.3, 0.3, 7, 99].enumerated() {
            try fixture.store.observe(name, tags, value, at: Timestamp(milliseconds: Int64(index / 2)), help: "Waits")
        }
        func value(_ series: String) throws -> Double? { try fixture.read(series).last?.value }
        #expect(try value("wait_seconds_bucket{le=\"0.005\",vm=\"web\"}") == 1)
        #expect(try value("wait_seconds_bucket{le=\"0.5\",vm=\"web\"}") == 3)
        #expect(try value("wait_seconds_bucket{le=\"10.0\",vm=\"web\"}") == 4)
        #expect(try value("wait_seconds_bucket{le=\"+Inf\",vm=\"web\"}") == 5)
        #expect(try value("wait_seconds_count{vm=\"web\"}") == 5)
        #expect(try value("wait_seconds_sum{vm=\"web\"}").map { abs($0 - 106.603) < 1e-9 } == true)
        #expect(throws: Fault.self) { try fixture.store.observe(name, tags, 1, at: Timestamp(milliseconds: 1)) }
        #expect(throws: Fault.self) { try fixture.store.observe(name, tags, .nan, at: Timestamp(milliseconds: 9)) }
        #expect(throws: Fault.self) { try fixture.add("wait_seconds", [(1, 1)]) }
        #expect(try fixture.store.series(SeriesSelection(name)).count == 14)
        #expect(
            try fixture.store.points(of: try fixture.series("wait_seconds_count{vm=\"web\"}"), step: 60_000, .rate)
                .count == 1)
    }

    static func exposed(_ fixture: MetricFixture, _ format: ExpositionFormat, since: Int64? = nil) throws -> String {
        var bytes: [UInt8] = []
        try fixture.store.expose(
            since: since.map(Timestamp.init(milliseconds:)), to: ByteOutput { bytes += $0 }, format)
        return String(decoding: bytes, as: UTF8.self)
    }

    static func scene() throws -> MetricFixture {
        let fixture = try MetricFixture()
        try fixture.add("reads_total{disk=\"vda\"}", [(1000, 5), (2000, 7)], type: .counter)
        try fixture.add("reads_total{disk=\"vdb\"}", [(1000, 5), (1500, Sample.endOfSeries)])
        try fixture.add("jobs", [(2000, 3)], type: .counter)
        try fixture.add("temperature_celsius{name=\"a\\\"b\\\\\\n\"}", [(500, -1.5)])
        try fixture.store.observe(
            try MetricName("wait_seconds"), .none, 0.5, at: Timestamp(milliseconds: 2000), help: "a \"wait\"\nof ours",
            bounds: try HistogramBounds([1, 10, 2e9]))
        return fixture
    }

    @Test func scrapersSeeTheNewest() throws {
        let fixture = try Self.scene()
        #expect(
            try Self.exposed(fixture, .prometheus, since: 1000) == """
                # HELP jobs jobs, as debvisor recorded it
                # TYPE jobs untyped
                jobs 3
                # HELP reads_total reads_total, as debvisor recorded it
                # TYPE reads_total counter
                reads_total{disk="vda"} 7
                # HELP wait_seconds a "wait"\\nof ours
                # TYPE wait_seconds histogram
                wait_seconds_bucket{le="1.0"} 1
                wait_seconds_bucket{le="10.0"} 1
                wait_seconds_bucket{le="2000000000.0"} 1
                wait_seconds_bucket{le="+Inf"} 1
                wait_seconds_sum 0.5
                wait_seconds_count 1

                """)
        let open = try Self.exposed(fixture, .openmetrics)
        #expect(open.hasSuffix("\n# EOF\n") && open.contains("# TYPE reads counter\nreads_total{"))
        #expect(open.contains("temperature_celsius{name=\"a\\\"b\\\\\\n\"} -1.5\n"))
    }

    static let promtool = ChildProcess.find("promtool")

    @Test(.enabled(if: promtool != nil, "promtool is not installed")) func promtoolHasNoComplaint() throws {
        let text = try Self.exposed(try Self.scene(), .prometheus)
        let path = "/tmp/debvisor-exposed-\(UInt64.random(in: .min ... .max))"
        try DurableFile.write(Array(text.utf8), to: path, "test")
        defer { try? FileManager.default.removeItem(atPath: path) }
        let output = try ChildProcess.run("/bin/sh", ["-c", "\(Self.promtool ?? "") check metrics <\(path) 2>&1"])
        #expect(output.isSuccess && output.output.isEmpty, "\(String(decoding: output.output, as: UTF8.self))")
    }

    @Test func importedHistogramsStayHistograms() throws {
        let fixture = try MetricFixture()
        let text = """
            # TYPE h histogram
            # HELP h waits
            h_bucket{le="1.0"} 1 1
            h_bucket{le="+Inf"} 2 1
            h_count 2 1
            h_sum 3.5 1
            h_created 0 1
            # TYPE s summary
            s{quantile="0.5"} 1 1
            s_sum 1 1
            s_count 1 1
            # EOF

            """
        _ = try fixture.import(text, .openmetrics)
        let types = Dictionary(
            uniqueKeysWithValues: try fixture.store.series().map { ($0.key.description, $0.family.type) })
        #expect(
            types["h_bucket{le=\"1.0\"}"] == .histogram && types["h_sum"] == .histogram && types["h_created"] == .gauge)
        #expect(types["s{quantile=\"0.5\"}"] == .gauge && types["s_count"] == .counter)
        try fixture.store.observe(try MetricName("h"), .none, 5, at: Timestamp(milliseconds: 2000))
        #expect(try fixture.read("h_bucket{le=\"+Inf\"}").map(\.value) == [2, 3])
        #expect(try fixture.store.series(SeriesSelection(try MetricName("h"))).count == 4)
        for format in MetricFormat.allCases {
            let other = try MetricFixture()
            _ = try other.import(try fixture.export(format), format)
            #expect(try other.everything() == fixture.everything())
            #expect(try other.series("h_sum").family.type == .histogram, "\(format)")
        }
    }
}
