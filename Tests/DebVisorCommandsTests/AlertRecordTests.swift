import DebVisorCore
import Platform
import Storage
import Testing

@testable import Alerts
@testable import CommandKit
@testable import DebVisorCommands

/// What scripts parse of alerts, silences and notifiers.
@Suite struct AlertRecordTests {
    @Test func alerts() throws {
        let (story, plain) = (try Self.story(), try Self.plain())
        try expectGoldenRecords([story.alert, plain], "alert")
        try expectGoldenRecords(story.events, "alert-event")
        try expectGoldenRecords([story], "alert-story")
        try expectGoldenRecord(story.text, "alert-story.text")
        try expectGoldenRecords(
            [Resolution(alert: plain, lessons: ["the weight of 'median' went from 1 to 0.5"])], "alert-resolution")
    }

    @Test func silences() throws {
        let silence = Silence(
            id: 3, [try LabelMatcher("host=h1"), try LabelMatcher("rule=~disk.*")], "anna", "the rack moves",
            (Sandbox.yesterday.milliseconds, Sandbox.today.milliseconds + 3_600_000, nil))
        var gone = silence
        (gone.id, gone.deletedAt) = (2, Sandbox.today)
        try expectGoldenRecords(
            [
                SilenceRecord(silence: silence, now: Sandbox.today, alerts: [AlertID(stored: Sandbox.webID)]),
                SilenceRecord(silence: gone, now: Sandbox.today, alerts: []),
            ], "silence")
    }

    @Test func notifiers() throws {
        var state = NotifierState()
        (state.waiting, state.due, state.retrying, state.delivered, state.givenUp) = (3, 1, 2, 40, 1)
        (state.dueAt, state.deliveredAt) = (Sandbox.today, Sandbox.yesterday)
        state.problem = "'https://chat.example.org' answers 503"
        let hook = Notifier(
            "chat",
            .webhook(
                url: Secret("https://chat.example.org/hooks/hunter2hunter2"),
                headers: ["Authorization": Secret("Bearer hunter2")]),
            matchers: [try LabelMatcher("host=~h.*")])
        let mail = Notifier("mail", .email(to: ["root"], from: nil), leastSeverity: .critical, isEnabled: false)
        try expectGoldenRecords(
            [NotifierRecord(notifier: hook, state: state), NotifierRecord(notifier: mail, state: NotifierState())],
            "notifier")
        let notice = try #require(try Self.story().notices.first)
        try expectGoldenRecords(
            [
                OutboxRecord(
                    entry: OutboxNotice(
                        alert: AlertID(stored: Sandbox.webID), rule: "disk-full", series: "disk{vm=\"web01\"}",
                        severity: .critical, notice: notice))
            ], "outbox")
        try expectGoldenRecords([DeliveryRecord(done: DeliveryReport(), states: ["chat": state])], "delivery")
        try expectGoldenRecords([AlertSettings()], "alert-settings")
    }

    /// One that somebody looks after and a silence hides.
    private static func story() throws -> AlertStory {
        var row = AlertRow(rule: "disk-full", series: Sandbox.alertSeries("web01"), at: Sandbox.yesterday)
        row.state.phase = .firing
        row.state.severity = .critical
        (row.state.value, row.state.threshold, row.state.peak, row.state.count) = (97.25, 95, 98.5, 12)
        (row.state.lastSeenAt, row.state.sampleAt, row.state.since) = (Sandbox.today, Sandbox.today, Sandbox.today)
        (row.state.firedAt, row.state.episode) = (Sandbox.yesterday, 2)
        row.state.message = "vda of web01 is 97 % full"
        row.state.acknowledgement = Acknowledgement(by: "anna", at: Sandbox.today, until: nil, note: "moving logs")
        row.state.suppressedBy = "silence 3 by anna: the rack moves"
        let event = AlertEvent(
            id: 17, alert: row.fingerprint, rule: row.rule, series: row.series.text, at: Sandbox.today, actor: "anna",
            from: .firing, to: .acknowledged, severity: .critical, episode: 2, value: 97.25,
            reason: "acknowledged: moving logs")
        let notice = AlertNotice(
            notifier: "chat", kind: .firing, episode: 2, state: .waiting, createdAt: Sandbox.yesterday,
            dueAt: Sandbox.today, endedAt: nil, attempts: 3, problem: "'https://chat.example.org' answers 503")
        let rule = AlertRule(
            "disk-full", metric: "disk_used_percent", .above(95, clear: 90), forSeconds: 300, keepSeconds: 600)
        return AlertStory(
            alert: row.alert, rule: RuleView(rule: rule, unit: .suffixed(" %"), open: 0), unit: .suffixed(" %"),
            notices: [notice], events: [event])
    }

    private static func plain() throws -> Alert {
        var row = AlertRow(rule: "silent", series: AlertSeries(id: "s", metric: "up"), at: Sandbox.yesterday)
        row.state.phase = .pending
        (row.state.value, row.state.peak, row.state.count, row.state.episode) = (.infinity, 1, 1, 1)
        return row.alert
    }
}
