import DebVisorCore
import Platform
import Testing

@testable import Metrics

/// What definitions promise, and who is held to it.
@Suite struct DefinitionTests {
    private func define(
        _ fixture: MetricFixture, _ name: String, _ type: MetricType, unit: String = "", help: String = "",
        buckets: [Double]? = nil, quantiles: [Double]? = nil, labels: [String]? = nil, limit: Int = 1000
    ) throws {
        try fixture.store.define(
            MetricDefinition(
                MetricName(name), type, unit: unit, help: help, buckets: buckets.map { try HistogramBounds($0) },
                quantiles: quantiles, labels: labels, seriesLimit: limit))
    }

    struct Slip: Sendable, CustomTestStringConvertible {
        var name: String
        var type: MetricType
        var unit = ""
        var buckets: [Double]?
        var quantiles: [Double]?
        var labels: [String]?
        var says: String
        var testDescription: String { "\(name): \(says)" }
    }

    @Test(arguments: [
        Slip(name: "orders", type: .counter, says: "ends with _total"),
        Slip(name: "_total", type: .counter, says: "ends with _total"),
        Slip(name: "orders_total", type: .gauge, says: "does not end with _total"),
        Slip(name: "wait_sum", type: .histogram, says: "does not end with _sum"),
        Slip(name: "wait_bucket", type: .summary, says: "does not end with _bucket"),
        Slip(name: "wait", type: .gauge, unit: "seconds", says: "ends with its unit"),
        Slip(name: "wait_total", type: .counter, unit: "seconds", says: "ends with its unit"),
        Slip(name: "wait_Seconds", type: .gauge, unit: "Seconds", says: "cannot be a unit"),
        Slip(name: "wait", type: .gauge, buckets: [1], says: "has no buckets"),
        Slip(name: "wait", type: .histogram, buckets: [2, 1], says: "ascend"),
        Slip(name: "wait", type: .histogram, quantiles: [0.5], says: "has no quantiles"),
        Slip(name: "wait", type: .summary, quantiles: [0.5, 0.5], says: "between 0 and 1"),
        Slip(name: "wait", type: .summary, quantiles: [1], says: "between 0 and 1"),
        Slip(name: "wait", type: .summary, quantiles: [], says: "between 0 and 1"),
        Slip(name: "wait", type: .histogram, labels: ["le"], says: "belongs to the histogram"),
        Slip(name: "wait", type: .summary, labels: ["quantile"], says: "belongs to the summary"),
        Slip(name: "wait", type: .gauge, labels: ["a-b"], says: "cannot be the name of a label"),
    ])
    func slipsAreTold(_ slip: Slip) throws {
        let fixture = try MetricFixture()
        let fault = #expect(throws: Fault.self) {
            try define(
                fixture, slip.name, slip.type, unit: slip.unit, buckets: slip.buckets, quantiles: slip.quantiles,
                labels: slip.labels)
        }
        #expect(fault?.kind == .usage && fault?.message.contains(slip.says) == true, "\(String(describing: fault))")
        #expect(fault?.hint != nil)
        #expect(try fixture.store.definitions().isEmpty)
    }

    @Test func bucketsAreLimited() throws {
        #expect(try HistogramBounds((1...200).map(Double.init)).bounds.count == 201)
        let many = #expect(throws: Fault.self) { try HistogramBounds((1...201).map(Double.init)) }
        #expect(many?.kind == .usage && many?.message.contains("201 buckets") == true)
    }

    @Test func comesBackAsItWasKept() throws {
        let fixture = try MetricFixture()
        try define(
            fixture, "wait_seconds", .histogram, unit: "seconds", help: "Waits \"here\"",
            buckets: [0.1, 1e-9, 3].sorted(),
            labels: ["b", "a"], limit: 7)
        try define(fixture, "lag_seconds", .summary, unit: "seconds", quantiles: [0.999, 0.5], labels: [])
        try define(fixture, "any", .gauge)
        try fixture.reopen()
        let all = try fixture.store.definitions()
        #expect(all.map(\.name.text) == ["any", "lag_seconds", "wait_seconds"])
        #expect(all[0].labels == nil && all[1].labels == [] && all[2].labels == ["a", "b"])
        #expect(all[1].quantiles == [0.5, 0.999] && all[2].buckets?.bounds == [1e-9, 0.1, 3, .infinity])
        #expect(all[2].help == "Waits \"here\"" && all[2].unit == "seconds" && all[2].seriesLimit == 7)
        // A family without series stays only as long as it is defined.
        #expect(try fixture.store.undefine(MetricName("any")))
        #expect(try !fixture.store.undefine(MetricName("any")))
        #expect(try fixture.store.names() == ["lag_seconds", "wait_seconds"])
    }

    @Test func aMetricIsWhatItWasDefinedAs() throws {
        let fixture = try MetricFixture()
        try define(fixture, "wait_seconds", .histogram, unit: "seconds", buckets: [1, 10])
        let name = try MetricName("wait_seconds")
        try fixture.store.observe(name, .none, 5, at: Timestamp(milliseconds: 0))
        #expect(try fixture.series("wait_seconds_bucket{le=\"10.0\"}").family.unit == "seconds")
        #expect(try fixture.store.series(SeriesSelection(name)).count == 5)
        #expect(throws: Fault.self) { try fixture.add("wait_seconds", [(1, 1)]) }
        try define(fixture, "jobs", .gauge)
        #expect(throws: Fault.self) { try fixture.add("jobs", [(1, 1)], type: .counter) }
        // Also for what is imported, and its unit; what it says of its meaning is passed over.
        try define(fixture, "size_bytes", .gauge, unit: "bytes", help: "ours")
        _ = try fixture.import("# HELP size_bytes theirs\nsize_bytes 1 1\n# EOF\n", .openmetrics)
        #expect(try fixture.series("size_bytes").family.help == "ours")
        let fault = #expect(throws: Fault.self) {
            try fixture.import("# UNIT size_bytes seconds\nsize_bytes 1 1\n# EOF\n", .openmetrics)
        }
        #expect(fault?.message.contains("in bytes by its definition") == true, "\(String(describing: fault))")
        #expect(try HistogramTests.exposed(fixture, .openmetrics).contains("# UNIT wait_seconds seconds\n"))
        #expect(try !HistogramTests.exposed(fixture, .prometheus).contains("# UNIT"))
    }

    @Test func labelsAndNumbersAreLimited() throws {
        let fixture = try MetricFixture()
        try define(fixture, "visits_total", .counter, labels: ["user", "page"], limit: 3)
        for user in ["a", "b", "c"] { try fixture.add("visits_total{page=\"x\",user=\"\(user)\"}", [(1, 1)]) }
        try fixture.add("visits_total{page=\"x\",user=\"a\"}", [(2, 2)])
        let many = #expect(throws: Fault.self) { try fixture.add("visits_total{page=\"x\",user=\"d\"}", [(1, 1)]) }
        #expect(
            many?.kind == .conflict && many?.hint?.contains("'user' has 3 values") == true,
            "\(String(describing: many))")
        let other = #expect(throws: Fault.self) { try fixture.add("visits_total{ip=\"1\"}", [(1, 1)]) }
        #expect(other?.message.contains("no label 'ip'") == true)
        #expect(try fixture.store.series().count == 3)
        // A histogram's buckets are no series of their own.
        try define(fixture, "wait", .histogram, labels: ["user"], limit: 2)
        let name = try MetricName("wait")
        for user in ["a", "b"] {
            try fixture.store.observe(name, TagSet([("user", user)]), 1, at: Timestamp(milliseconds: 1))
        }
        #expect(throws: Fault.self) {
            try fixture.store.observe(name, TagSet([("user", "c")]), 1, at: Timestamp(milliseconds: 1))
        }
        #expect(try fixture.store.seriesCount(of: name) == 2)
    }

    @Test func whatIsStoredIsNotContradicted() throws {
        let fixture = try MetricFixture()
        try fixture.add("jobs{host=\"a\"}", [(1, 1)])
        try fixture.store.observe(MetricName("wait_seconds"), .none, 1, at: Timestamp(milliseconds: 1), unit: "seconds")
        try fixture.store.summarize(ObservedValue(MetricName("lag"), .none, 1, at: Timestamp(milliseconds: 1)))
        func refused(_ says: String, _ body: () throws -> Void) {
            let fault = #expect(throws: Fault.self, performing: body)
            #expect(fault?.kind == .conflict && fault?.message.contains(says) == true, "\(String(describing: fault))")
            #expect(fault?.hint != nil)
        }
        refused("are of a gauge") { try define(fixture, "jobs", .summary) }
        refused("have the label 'host'") { try define(fixture, "jobs", .gauge, labels: ["guest"]) }
        refused("in seconds") { try define(fixture, "wait_seconds", .histogram) }
        refused("a bucket up to 0.005") {
            try define(fixture, "wait_seconds", .histogram, unit: "seconds", buckets: [1])
        }
        refused("no bucket up to 99") {
            try define(
                fixture, "wait_seconds", .histogram, unit: "seconds",
                buckets: HistogramBounds.standard.bounds.dropLast() + [99])
        }
        refused("would stand still") { try define(fixture, "lag", .summary, quantiles: [0.5]) }
        try define(fixture, "lag", .summary, quantiles: [0.5, 0.9, 0.99, 0.999])
        try define(fixture, "jobs", .gauge, labels: ["host"])
        try fixture.add("jobs{host=\"b\"}", [(1, 1)])
        refused("has 2 series already") { try define(fixture, "jobs", .gauge, labels: ["host"], limit: 1) }
    }
}
