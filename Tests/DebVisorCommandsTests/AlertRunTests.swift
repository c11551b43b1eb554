import Alerts
import DebVisorCore
import Foundation
import Metrics
import Platform
import Storage
import Testing

@testable import CommandKit
@testable import DebVisorCommands

/// `debvisor alert run` over real stores, minute by minute.
@Suite struct AlertRunTests {
    private let sandbox: Sandbox

    init() throws { sandbox = try Sandbox() }

    private func at(_ minute: Double) -> Timestamp { Sandbox.today.adding(milliseconds: Int64(minute * 60_000)) }

    /// The changes of a run at a minute: `firing load 90`.
    @discardableResult
    private func run(at minute: Double, _ options: String = "", status: Int32 = 0) async throws -> [String] {
        sandbox.clock.set(at(minute))
        let outcome = await sandbox.run("alert run -o json \(options)")
        #expect(outcome.status == status, "\(outcome.errors)")
        #expect(sandbox.toldBreaches == [])
        guard status == 0 || outcome.output.hasPrefix("[") else { return [] }
        let changes = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]], "\(outcome)")
        return changes.map { "\($0["status"] ?? "") \($0["rule"] ?? "")" }
    }

    private func feed(
        _ values: [(Double, Double)], _ name: String = "load", host: String = "a", type: MetricType = .gauge
    ) throws {
        try sandbox.feed(name, values.map { (at($0.0), $0.1) }, tags: ["host": host], type: type)
    }

    private var store: AlertStore {
        get throws { AlertStore(try Store.open(AlertStore.store, in: StateDirectory(sandbox.path("state")))) }
    }

    private func messages() throws -> [String] { try store.alerts().map(\.message) }

    @Test("A peak between two runs is seen, and seen once")
    func peaks() async throws {
        try feed([(0, 10)])
        await sandbox.prepare("alert rule add high load --above 90")
        #expect(try await run(at: 0) == [])
        try feed([(1, 10), (2, 99), (3, 10), (4, 10)])
        #expect(try await run(at: 5) == ["firing high", "resolved high"])
        #expect(try await run(at: 5) == [])
        #expect(try await run(at: 6) == [])
        let alert = try store.alerts(AlertQuery(statuses: [.resolved]))
        #expect(alert.map(\.peak) == [99] && alert.map(\.count) == [1])
    }

    @Test("It holds, clears below another level, and a gap resolves nothing")
    func life() async throws {
        try feed([(0, 95), (1, 95)])
        await sandbox.prepare(
            "alert rule add high load --above 90 --clear-below 70 --for 3m --keep 2m --severity critical")
        #expect(try await run(at: 1) == ["pending high"])
        try feed([(2, 96), (3, 97)])
        #expect(try await run(at: 3, "--fail-on critical", status: 9) == ["firing high"])
        #expect(try messages() == ["load of a is 97, above 90"])
        try feed([(4, 80)])
        #expect(try await run(at: 4) == [])
        #expect(try await run(at: 30) == ["nodata high"])
        try feed([(31, 20)])
        #expect(try await run(at: 31) == ["firing high"])
        try feed([(32, 20), (33, 20)])
        #expect(try await run(at: 33, "--fail-on info") == ["resolved high"])
    }

    @Test("A run after a month reads a day of an open alert")
    func longPause() async throws {
        try feed([(0, 95)])
        await sandbox.prepare("alert rule add high load --above 90")
        #expect(try await run(at: 0) == ["firing high"])
        try feed((1...20).map { (Double($0) * 2160, 10) })
        // All but the last are older than a day; all are a pause that ends clear.
        #expect(try await run(at: 43_200) == ["resolved high"])
    }

    @Test("Counters speak by their growth a second, restarts do not")
    func counters() async throws {
        try feed([(0, 0), (1, 600), (2, 1200), (3, 0), (4, 600)], "sent_total", type: .counter)
        await sandbox.prepare("alert rule add much sent_total --above 15")
        await sandbox.prepare("alert rule add steady sent_total --rate-above 15 --over 2m")
        #expect(try await run(at: 4) == [])
        try feed([(5, 1800)], "sent_total", type: .counter)
        #expect(try await run(at: 5) == ["firing much"])
        #expect(try messages() == ["sent_total of a grows by 20/s, above 15/s"])
        try feed([(6, 3000)], "sent_total", type: .counter)
        #expect(try await run(at: 6) == ["firing steady"])
        #expect(try messages().contains("sent_total of a rises by 20/s over 2 min, above 15/s"))
    }

    @Test("Absence is of series that did not end")
    func absence() async throws {
        for host in ["a", "b", "c"] { try feed([(0, 1)], host: host) }
        await sandbox.prepare("alert rule add silent load --absent 5m")
        #expect(try await run(at: 4) == [])
        try feed([(3, MetricSample.endOfSeries)], host: "b")
        try feed([(4, 1)], host: "c")
        #expect(try await run(at: 6) == ["firing silent"])
        #expect(try messages() == ["no sample of load of a for 6 min, the last is from 2026-11-25T03:00:00Z"])
        #expect(try await run(at: 7) == [])
        try feed([(7, 1)])
        #expect(try await run(at: 8) == ["resolved silent"])
    }

    @Test("What ended, was deleted or is not looked at any more is over, with the reason")
    func retirement() async throws {
        for host in ["a", "b", "c", "d"] { try feed([(0, 99)], host: host) }
        await sandbox.prepare("alert rule add high load --above 90")
        #expect(try await run(at: 0) == Array(repeating: "firing high", count: 4))
        try feed([(1, MetricSample.endOfSeries)], host: "a")
        await sandbox.prepare("metric delete load --tag host=b --yes")
        await sandbox.prepare("alert rule add high load --above 90 --tag host!=c --replace")
        #expect(try await run(at: 2) == Array(repeating: "resolved high", count: 3))
        #expect(try store.alerts().map(\.series.text) == ["load{host=\"d\"}"])
        let reasons = try store.history(limit: 3).map { "\($0.series) \($0.reason)" }.sorted()
        #expect(
            reasons == [
                "load{host=\"a\"} the series ended at 2026-11-25T03:01:00Z", "load{host=\"b\"} the series was deleted",
                "load{host=\"c\"} the rule does not look at the series any more",
            ])
        #expect(try await run(at: 2) == [])
    }

    @Test("Without the store of samples nothing is over")
    func lostStore() async throws {
        try feed([(0, 99)])
        await sandbox.prepare("alert rule add high load --above 90")
        #expect(try await run(at: 0) == ["firing high"])
        for file in sandbox.files(below: "state") where file.contains("/metrics.db") { try sandbox.remove(file) }
        #expect(try await run(at: 20) == ["nodata high"])
    }

    @Test("Findings of the detector, with their words; as severe as they are")
    func findings() async throws {
        try sandbox.feedLoad(hosts: ["a", "b"])
        await sandbox.prepare("alert rule add odd node_load1 --anomaly warning --no-data 3h --severity info")
        await sandbox.prepare("detect run -q")
        #expect(try await run(at: 0).sorted() == ["firing odd", "firing odd"])
        let alerts = try store.alerts()
        #expect(alerts.map(\.severity) == [.critical, .critical])
        #expect(alerts[0].message.hasPrefix("node_load1 of "), "\(alerts[0].message)")
        #expect(alerts[0].message.contains("where about"))
        #expect(try await run(at: 0) == [])
        // Half an hour of rows that are as usual.
        for host in ["a", "b"] { try sandbox.feed("node_load1", Sandbox.load(3000..<3031), tags: ["host": host]) }
        sandbox.clock.set(at(31))
        await sandbox.prepare("detect run -q")
        #expect(try await run(at: 31) == ["resolved odd", "resolved odd"])
    }

    @Test("Percentiles of baselines, with what is usual")
    func baselines() async throws {
        try feed((0..<2000).map { row -> (Double, Double) in (Double(row - 2000), 10 + Double(row % 10)) })
        await sandbox.prepare("alert rule add unusual load --above-baseline p99 --for 2m")
        try feed([(0, 50)])
        #expect(try await run(at: 0) == [])
        await sandbox.prepare("baseline create load --to 2026-11-25T02:59:30Z -q")
        try feed([(1, 50), (2, 50), (3, 50)])
        #expect(try await run(at: 3) == ["pending unusual", "firing unusual"])
        #expect(try messages().first?.hasPrefix("load of a is 50, above p99 of its baseline, 19; usual ") == true)
    }

    @Test("A level that is reached soon, and one that is not")
    func forecasts() async throws {
        let limits = try MetricLimits(least: 0, most: 100)
        for (disk, slope) in [("fills", 5.0), ("flat", 0.0)] {
            let samples = (0..<1008).map { row -> (Timestamp, Double) in
                let noise = Double(row * 7919 % 13) / 13
                return (at(Double(row - 1007) * 10), 50 + slope * Double(row) / 144 + noise)
            }
            try sandbox.feed("used_percent", samples, tags: ["disk": disk], limits: limits)
        }
        await sandbox.prepare("alert rule add fills used_percent --reaches 100 --within 7d")
        await sandbox.prepare("alert rule add soon used_percent --reaches 100 --within 1h")
        #expect(try await run(at: 1) == ["firing fills"])
        let message = try #require(try messages().first)
        #expect(message.contains("it reaches 100 % "), "\(message)")
        #expect(try await run(at: 2) == [])
        await sandbox.prepare("alert rule test fills --since 1d")
    }

    @Test("A job that does not complete in time, until it does")
    func jobs() async throws {
        try sandbox.makeScript()
        let words = [
            "schedule", "add", "nightly", "--cron", "0 3 * * *", "--alert-after", "25h", "--",
            sandbox.path("srv/bin/report"),
        ]
        // Runs end by the host's own clock.
        let now = LiveClock().now()
        func run(atHours hours: Double) async throws -> [String] {
            try await self.run(at: Double(now.milliseconds - Sandbox.today.milliseconds) / 60_000 + hours * 60)
        }
        sandbox.clock.set(now.adding(milliseconds: -26 * 3_600_000))
        #expect((await sandbox.run(words: words)).status == 0)
        #expect(try await run(atHours: -25) == [])
        // Nobody looks for due jobs: that is what it is about.
        #expect(try await run(atHours: 0) == ["firing job-overdue"])
        let message = try #require(try messages().first)
        #expect(message == "no run of job nightly completed within 1 d 1 h, 1 h ago it should have")
        #expect(try store.alerts().first?.series.object == "job:nightly")
        #expect(try await run(atHours: 0.1) == [])
        await sandbox.prepare("schedule execute nightly --wait")
        #expect(try await run(atHours: 0.2) == ["resolved job-overdue"])
        #expect(try await run(atHours: 30) == ["firing job-overdue"])
        #expect(try messages().first?.contains(", the last run ended ") == true)
        await sandbox.prepare("schedule disable nightly -q")
        #expect(try await run(atHours: 30.1) == ["resolved job-overdue"])
    }

    @Test("A failed backup fires until one succeeds, however long that takes")
    func backups() async throws {
        let tags = ["vm": "web1", "repository": "nas"]
        try sandbox.feed("debvisor_backup_last_run_failed", [(at(-1440), 0), (at(0), 1)], tags: tags)
        #expect(try await run(at: 30) == ["firing backup-failed"])
        #expect(try messages() == ["the last backup of web1 in nas failed"])
        #expect(try await run(at: 1400) == [])
        try sandbox.feed("debvisor_backup_last_run_failed", [(at(1440), 0)], tags: tags)
        #expect(try await run(at: 1441) == ["resolved backup-failed"])
    }

    @Test("A host that is down hides its machines, and what it hides is nobody's")
    func hiding() async throws {
        await sandbox.prepare("metric collect -q --no-host")
        await sandbox.prepare("alert rule add silent libvirt_domain_info_vstate --absent 3m")
        #expect(try await run(at: 0) == [])
        sandbox.clock.set(at(1))
        await sandbox.prepare("metric collect -q --no-host")
        let uri = "test://\(sandbox.root)/node.xml"
        try sandbox.feed("libvirt_up", (2...5).map { (at(Double($0)), 0) }, tags: ["uri": uri])
        let changes = try await run(at: 5, "--fail-on critical", status: 9)
        #expect(changes.filter { $0 == "firing hypervisor-down" }.count == 1)
        #expect(changes.filter { $0 == "suppressed silent" }.count == 2)
        #expect(try store.alerts().filter { $0.rule == "silent" }.allSatisfy { $0.status == .suppressed })
        let hidden = try #require(try store.alerts().first { $0.rule == "silent" })
        #expect(hidden.suppressedBy?.hasPrefix("hypervisor-down of host:testhost") == true)
    }

    @Test("What a notifier cannot deliver is told, and tried again")
    func delivery() async throws {
        try feed([(0, 99)])
        try sandbox.makeScript("srv/bin/fails", "exit 1")
        await sandbox.prepare("alert rule add high load --above 90")
        try store.add(
            Notifier("broken", .command(path: sandbox.path("srv/bin/fails"), arguments: [])), at: Sandbox.today)
        #expect(try await run(at: 0) == ["firing high"])
        #expect(try await run(at: 1, "--no-deliver") == [])
        sandbox.clock.set(at(2))
        let outcome = await sandbox.run("alert run")
        #expect(outcome.status == 3 && outcome.errors.contains("notifier 'broken'"), "\(outcome)")
        #expect(try store.outboxState().waiting == 1)
    }

    @Test("A dry run changes nothing, not even where there is nothing")
    func dryRun() async throws {
        let outcome = await sandbox.run("alert run --dry-run")
        #expect(outcome.status == 0 && outcome.output.contains("rule job-overdue"), "\(outcome)")
        #expect(!sandbox.exists("state/alerts.db"))
        #expect((await sandbox.run("alert run nothing")).status == 4)
    }

    @Test("What runs make minute by minute is what a test of the rule tells")
    func rehearsal() async throws {
        await sandbox.prepare("alert rule add high load --above 60 --for 2m --clear-below 55 --unknown-ok")
        var lived: [String] = []
        for minute in 0..<90 {
            let wave = 50 + 20 * sin(Double(minute) / 7)
            try feed([(Double(minute), wave + Double(minute * 7919 % 13))])
            lived += try await run(at: Double(minute)).filter { $0.hasSuffix(" high") }
        }
        let outcome = await sandbox.run("alert rule test high --since 3h -o json")
        let steps = try #require(
            try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]], "\(outcome)")
        #expect(!lived.isEmpty)
        #expect(steps.map { "\($0["status"] ?? "") high" } == lived)
    }
}
