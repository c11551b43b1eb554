import Alerts
import DebVisorCore
import Foundation
import Platform
import Storage

extension Sandbox {
    var alertStore: AlertStore {
        get throws { AlertStore(try Store.open(AlertStore.store, in: StateDirectory(path("state")))) }
    }

    /// A series of one virtual machine: its id is such that alert `3e4…` is rule `disk-full` of web01.
    static func alertSeries(_ vm: String, metric: String = "disk_used_percent", host: String = "h1") -> AlertSeries {
        AlertSeries(
            id: vm == "web01" ? "0000000000002466" : "series-\(vm)", metric: metric, tags: ["vm": vm],
            text: "\(metric){vm=\"\(vm)\"}", object: "machine:\(vm)", host: host)
    }

    static let webID = "3e4d9a20ad0bfc38"

    /// A value that a rule looks at, some minutes from now.
    func see(
        _ value: Double, _ vm: String = "web01", rule: String = "disk-full", host: String = "h1",
        severity: AlertSeverity? = nil, minute: Int64 = 0
    ) throws {
        let time = Sandbox.today.adding(milliseconds: minute * 60_000)
        try alertStore.evaluate(
            [
                Observation(
                    rule: rule, series: Self.alertSeries(vm, host: host), value: value, time: time, severity: severity,
                    message: "vda of \(vm) is \(Int(value)) % full")
            ], at: time)
    }

    /// Rules `disk-full` (critical, above 95) and `load` (a warning, pending for five minutes), and a command to page with.
    func addRules() throws {
        try alertStore.add(
            AlertRule(
                "disk-full", metric: "disk_used_percent", .above(95, clear: 90), noDataSeconds: 10_800,
                severity: .critical), at: Self.yesterday)
        try alertStore.add(
            AlertRule("load", metric: "disk_used_percent", .above(50), forSeconds: 300, noDataSeconds: 10_800),
            at: Self.yesterday)
    }

    /// What examples name: an alert `3e4…` that fires, one that is pending, a silence, somebody to page who waits for a
    /// notice that is due, a file with an address.
    func furnishAlerts() async throws {
        try makeScript("srv/bin/report", "cat >/dev/null; echo paged")
        try write("https://chat.example.org/hooks/0123456789abcdef\n", to: "etc/debvisor/chat.url")
        try addRules()
        try alertStore.add(
            Notifier("page", .command(path: path("srv/bin/report"), arguments: [])), at: Self.yesterday)
        _ = try alertStore.add(
            Silence(
                [LabelMatcher("host=h9")], author: "anna", reason: "the rack moves", from: Self.yesterday,
                until: Self.today.adding(milliseconds: 3_600_000)), at: Self.yesterday)
        try see(97, minute: -50)
        try see(97, minute: -1)
        try see(60, "db1", rule: "load", host: "h2", minute: -1)
    }
}
