import Alerts
import DebVisorCore
import Glibc
import Platform
import Storage

/// The life of two alerts with one of every change of the store, at times of its own. Done again from its beginning it
/// changes nothing that is done already. Notices go to `STATE/sent`, a line each; `STATE/done` has what the store said
/// is durable.
struct KillableLife {
    private let state: StateDirectory
    private let store: AlertStore
    private let done: UnsafeMutablePointer<FILE>

    static let start = Timestamp(milliseconds: 1_700_438_400_000)

    init(_ state: StateDirectory) throws {
        self.state = state
        store = AlertStore(try Store.open(AlertStore.store, in: state))
        guard let file = fopen(state.file("done"), "a") else { throw Fault(.failed, "no file for notes") }
        done = file
    }

    private func at(_ minutes: Int64) -> Timestamp { Self.start.adding(milliseconds: minutes * 60_000) }

    private func note(_ what: String) {
        fputs("\(what)\n", done)
        fflush(done)
    }

    func run() throws {
        try configure()
        try see(["a": 95, "b": 96], at: 0)
        note("fire")
        try deliver(at: 1)
        note("told")
        if try store.alert(id("a")).status == .firing {
            _ = try store.acknowledge(id("a"), by: "anna", until: at(500), at: at(2))
        }
        note("ack")
        try silence()
        try see(["a": 5, "b": 97], at: 5)
        note("resolve")
        try deliver(at: 7)
        if try store.alert(id("b")).status.isOpen { _ = try store.resolve(id("b"), by: "anna", at: at(8)) }
        note("resolve-by-hand")
        try deliver(at: 10)
        try see(["c": 99], at: 11)
        try store.retire(["series-c"], by: "rules", "the machine is gone", at: at(12))
        note("retire")
        try deliver(at: 14)
        note("all-told")
        try store.applyRetention(at: at(20))
        note("retention")
    }

    private func configure() throws {
        var settings = AlertSettings()
        settings.flapChanges = 6
        if try store.settings() != settings { try store.change(settings) }
        try store.add(AlertRule("high", metric: "load", .above(90), noDataSeconds: 86_400), replacing: true, at: at(0))
        try store.change(try Topology(["vm:a": ["host:h"]]))
        let command = NotifierTarget.command(
            path: "/bin/sh",
            arguments: ["-c", "echo \"$DEBVISOR_ALERT_KINDS $DEBVISOR_ALERT_KEY\" >> '\(state.file("sent"))'"])
        try store.add(Notifier("n", command), replacing: true, at: at(0))
        note("configured")
    }

    private func silence() throws {
        if try store.silences().isEmpty {
            let silence = try Silence(
                [try LabelMatcher("guest=z")], author: "anna", reason: "test", from: at(2), until: at(600))
            _ = try store.add(silence, at: at(2))
        }
        for silence in try store.silences(activeAt: at(3)) { try store.deleteSilence(silence.id, at: at(3)) }
        note("silence")
    }

    private func id(_ name: String) -> String { AlertID(rule: "high", series: "series-\(name)").text }

    private func see(_ values: [String: Double], at minutes: Int64) throws {
        try store.evaluate(
            values.sorted { $0.key < $1.key }.map { name, value in
                let series = AlertSeries(id: "series-\(name)", metric: "load", tags: ["guest": name], host: "h-\(name)")
                return Observation(rule: "high", series: series, value: value, time: at(minutes))
            }, at: at(minutes))
    }

    private func deliver(at minutes: Int64) throws {
        let report = try NotificationDispatcher(store, [.command: CommandSender()], StandingClock(time: at(minutes)))
            .deliverDue()
        guard report.problems.isEmpty else { throw Fault(.failed, report.problems.joined(separator: "; ")) }
    }
}
