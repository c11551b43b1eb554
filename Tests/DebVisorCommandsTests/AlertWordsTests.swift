import Alerts
import Anomalies
import DebVisorCore
import Hypervisor
import Metrics
import Testing

@testable import DebVisorCommands

/// What messages call things, and where these are.
@Suite struct AlertWordsTests {
    @Test(
        "The host that a URI names",
        arguments: [
            ("qemu:///system", nil), ("test:///default", nil), ("qemu+ssh://h2/system", "h2"),
            ("qemu+ssh://root@h2.example.org:2222/system?x=y", "h2.example.org"), ("xen://localhost/", nil),
            ("qemu+tls://[2001:db8::1]:16514/system", "2001:db8::1"), ("nonsense", nil), ("qemu+tls://[x", nil),
        ] as [(String, String?)])
    func hosts(uri: String, host: String?) {
        #expect(AlertPlaces.remoteHost(of: uri) == host)
        #expect(AlertPlaces(local: "here", uri: uri).hypervisor == host ?? "here")
    }

    @Test(
        "Objects and hosts of series",
        arguments: [
            (
                "libvirt_domain_block_stats_capacity_bytes", ["domain": "web1", "target_device": "vda"],
                "disk:web1/vda", "h2"
            ),
            (
                "libvirt_domain_interface_stats_receive_bytes_total", ["domain": "web1", "target_device": "vnet0"],
                "machine:web1", "h2"
            ),
            ("libvirt_domain_info_vstate", ["domain": "web1", "uuid": "1"], "machine:web1", "h2"),
            ("libvirt_storage_pool_available_bytes", ["storage_pool": "default"], "pool:default", "h2"),
            ("libvirt_up", ["uri": "qemu+ssh://h2/system"], "host:h2", "h2"),
            ("node_load1", [:], "host:here", "here"), ("node_load1", ["host": "a"], "host:a", "a"),
            ("debvisor_job_last_run_failed", ["job": "nightly"], "job:nightly", "here"),
            ("debvisor_backup_last_run_failed", ["vm": "web1", "repository": "nas"], "machine:web1", "here"),
            ("temperature", ["room": "3"], nil, nil), ("jobs", ["job": "nightly"], nil, nil),
        ] as [(String, [String: String], String?, String?)])
    func places(metric: String, tags: [String: String], object: String?, host: String?) {
        let places = AlertPlaces(local: "here", uri: "qemu+ssh://h2/system")
        #expect(places.object(metric, tags) == object)
        #expect(places.host(metric, tags) == host)
    }

    private static func series(_ name: String, _ tags: [String: String], _ value: Double = 1) throws -> MetricSeries {
        let sandbox = try Sandbox()
        try sandbox.feed(name, [(Sandbox.today, value)], tags: tags, type: .implied(by: MetricName(name)))
        return try #require(try sandbox.metricStore.series(SeriesSelection(try MetricName(name))).first)
    }

    @Test(
        "Messages have numbers and the words that people use",
        arguments: [
            (
                "libvirt_domain_block_stats_write_bytes_total",
                ["domain": "web1", "uuid": "1", "target_device": "vda"],
                AlertCondition.above(104_857_600), 432_013_312.0, "vda of web1 wrote 412 MiB/s, above 100 MiB/s"
            ),
            ("libvirt_up", ["uri": "qemu:///system"], .below(1), 0, "the hypervisor qemu:///system does not answer"),
            (
                "debvisor_backup_last_run_failed", ["vm": "web1", "repository": "nas"], .above(0), 1,
                "the last backup of web1 in nas failed"
            ),
            (
                "libvirt_storage_pool_available_bytes", ["storage_pool": "ssd"], .below(1_073_741_824), 536_870_912,
                "libvirt_storage_pool_available_bytes of pool ssd is 512 MiB, below 1 GiB"
            ),
            ("node_load1", [:], .above(8), 9.5, "node_load1 of here is 9.5, above 8"),
            (
                "node_cpu_seconds_total", ["cpu": "0", "mode": "iowait"], .above(0.5), 0.9,
                "node_cpu_seconds_total{cpu=\"0\",mode=\"iowait\"} grows by 0.9 s/s, above 0.5 s/s"
            ),
            (
                "libvirt_storage_pool_available_bytes", ["storage_pool": "ssd"], .rate(.below, -1024, over: 300), -2048,
                "libvirt_storage_pool_available_bytes of pool ssd falls by 2 KiB/s over 5 min, below -1 KiB/s"
            ),
        ] as [(String, [String: String], AlertCondition, Double, String)])
    func messages(
        name: String, tags: [String: String], condition: AlertCondition, value: Double, text: String
    ) throws {
        let rule = AlertRule("r", metric: name, condition)
        let message = AlertMessage(try Self.series(name, tags), rule, host: "here")
        #expect(message.value(value, condition.level, usual: nil) == text)
    }

    @Test func whatIsUsualIsSaidOfTheHourOfTheWeek() throws {
        // Four weeks, an hour apart; busy on weekdays from 08:00 to 18:00.
        let monday = Timestamp(milliseconds: 1_792_972_800_000)
        let samples = (0..<672).map { hour -> BaselineSample in
            let isBusy = hour / 24 % 7 < 5 && (8..<18).contains(hour % 24)
            let mebibytes = (isBusy ? 20.0 : 4.0) + Double(hour % 5) / 2
            return BaselineSample(monday.adding(milliseconds: Int64(hour) * 3_600_000), mebibytes * 1_048_576)
        }
        let baseline = try Baseline(of: samples)
        try #require(baseline.season == .week)
        let time = monday.adding(milliseconds: 9 * 3_600_000 + 60_000)
        let text = UsualRange(baseline, at: time).text(.bytesPerSecond)
        #expect(text.hasPrefix("usual for Monday 09:00 UTC is "), "\(text)")
        #expect(text.contains("–") && text.hasSuffix(" MiB/s") && text.count { $0 == "M" } == 2, "\(text)")
        let plain = UsualRange(try Baseline(of: Array(samples.prefix(20))), at: time)
        #expect(plain.when.isEmpty && plain.least <= plain.most)
    }

    @Test(
        "A rate is over its stretch, and over nothing that ended or began anew",
        arguments: [
            // Times in seconds, values; the rates that come of them.
            (false, [(0, 0), (60, 60), (120, 0), (180, 30)], [nil, 1, -1, 0.5]),
            (true, [(0, 100), (60, 160), (120, 30), (180, 90)], [nil, 1, 0.5, 1]),
            (true, [(0, 100), (20, 120), (50, 150), (200, 300)], [nil, nil, 1, nil]),
            (false, [(0, 1), (60, .nan), (90, 91)], [nil, nil, 1]),
        ] as [(Bool, [(Int64, Double)], [Double?])])
    func rates(isCounted: Bool, samples: [(Int64, Double)], rates: [Double?]) {
        var window = RateWindow(seconds: 100, isCounted: isCounted)
        let found = samples.map { window.rate(MetricSample(Timestamp(milliseconds: $0.0 * 1000), $0.1)) }
        #expect(found == rates)
        #expect(window.rate(MetricSample(Timestamp(milliseconds: 300_000), MetricSample.endOfSeries)) == nil)
        #expect(window.rate(MetricSample(Timestamp(milliseconds: 360_000), 5)) == nil)
    }
}
