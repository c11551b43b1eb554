import DebVisorCore
import GRDB
import Platform
import Storage
import Testing

@testable import Alerts

@Suite struct OutboxTests {
    let fixture: AlertFixture
    let sender = KeepingSender()

    init() throws {
        fixture = try AlertFixture()
        try fixture.store.add(LifeCycleTests.plain, at: AlertFixture.start)
        try fixture.store.add(Notifier("n", .command(path: "/bin/true", arguments: [])), at: AlertFixture.start)
    }

    @discardableResult
    private func deliver(at minutes: Double, _ sender: KeepingSender? = nil) throws -> DeliveryReport {
        let clock = TestClock(AlertFixture.at(minutes))
        return try NotificationDispatcher(fixture.store, [.command: sender ?? self.sender], clock).deliverDue()
    }

    @Test("Told once, after the group's wait; the end once, to those who knew") func onceEach() throws {
        try fixture.see(95, at: 0)
        #expect(try deliver(at: 0.4) == DeliveryReport())
        try fixture.see(96, at: 0.45)
        #expect(try deliver(at: 0.5).delivered == 1)
        try fixture.see(97, at: 1)
        #expect(try deliver(at: 2) == DeliveryReport())
        try fixture.see(5, at: 3)
        try fixture.see(5, at: 4)
        try deliver(at: 5)
        try deliver(at: 6)
        #expect(sender.lines == ["firing high/a", "resolved high/a"])
        #expect(try fixture.notices() == ["firing delivered", "resolved delivered"])
    }

    /// Takes what it is given, and never answers.
    private final class SilentSender: NotificationSender {
        let asked = Locked(0)

        func send(_: NotificationMessage, to _: NotifierTarget, within _: Duration) throws -> String? {
            asked.withLock { $0 += 1 }
            throw Fault(.timeout, "no answer in time")
        }
    }

    @Test("One that does not answer is asked once a look, and others are told all the same") func silent() throws {
        try fixture.store.add(Notifier("mute", .email(to: ["a@b"], from: nil)), at: AlertFixture.start)
        for name in ["a", "b", "c"] { try fixture.see(95, at: 0, name, host: name) }
        let mute = SilentSender()
        let clock = TestClock(AlertFixture.at(1))
        let dispatcher = NotificationDispatcher(fixture.store, [.command: sender, .email: mute], clock)
        let report = try dispatcher.deliverDue()
        #expect((report.delivered, report.failed, report.problems.count) == (3, 1, 1))
        #expect(mute.asked.withLock { $0 } == 1)
        _ = try dispatcher.deliverDue()
        _ = try dispatcher.deliverDue()
        #expect(mute.asked.withLock { $0 } == 3)
    }

    @Test("What was written before the clock was set back is sent") func clockSetBack() throws {
        try fixture.see(95, at: 5000)
        try deliver(at: 4)
        #expect(sender.lines == ["firing high/a"])
    }

    @Test("What is over before anybody was told is told to nobody") func shortLived() throws {
        try fixture.see(95, at: 0)
        try fixture.see(5, at: 0.2)
        try deliver(at: 5)
        #expect(sender.lines.isEmpty)
        #expect(try fixture.notices() == ["firing withdrawn"])
    }

    @Test("One host and cause is one message, another host another") func groups() throws {
        for name in ["a", "b", "c"] { try fixture.see(95, at: 0, name, host: "h1") }
        try fixture.see(95, at: 0.2, "d", host: "h1")
        try fixture.see(95, at: 0.2, "e", host: "h2")
        // The group of the first does not wait for those who came later.
        try deliver(at: 0.5)
        #expect(sender.lines == ["firing high/a, firing high/b, firing high/c, firing high/d"])
        try deliver(at: 0.7)
        #expect(sender.lines.last == "firing high/e")
        let message = try #require(sender.messages.withLock { $0.first })
        #expect(message.subject.hasPrefix("debvisor [h1] warning: high: load{guest=\"a\"} is 95"))
        #expect(message.subject.hasSuffix(" and 3 more"))
    }

    @Test("What fails is tried again, later each time, with the same key, and given up in the end") func retries()
        throws
    {
        let failing = KeepingSender(failing: Array(repeating: Fault(.unavailable, "no line"), count: 3))
        try fixture.see(95, at: 0)
        var minute = 0.5
        var pauses: [Double] = []
        var last = minute
        while failing.messages.withLock({ $0.isEmpty }), minute < 60 {
            let report = try deliver(at: minute, failing)
            if report.failed + report.delivered > 0 {
                pauses.append(minute - last)
                last = minute
            }
            minute += 0.1
        }
        // 30 s, 60 s, 120 s, each give or take a fifth.
        #expect(pauses.count == 4)
        for (pause, expected) in zip(pauses.dropFirst(), [0.5, 1, 2]) {
            #expect(pause >= expected * 0.8 - 0.01 && pause <= expected * 1.2 + 0.11, "\(pauses)")
        }
        #expect(failing.messages.withLock { $0.first?.attempt } == 4)
        let notice = try #require(try fixture.store.notices(of: AlertID(stored: fixture.id())).first)
        #expect(notice.state == .delivered && notice.attempts == 4 && notice.problem == nil && notice.dueAt == nil)
        #expect(notice.notifier == "n" && notice.kind == .firing && notice.createdAt == AlertFixture.at(0))
    }

    @Test func givenUp() throws {
        var settings = AlertSettings()
        settings.reminderSeconds = [:]
        try fixture.store.change(settings)
        let never = KeepingSender(failing: Array(repeating: Fault(.unavailable, "no line"), count: 1000))
        try fixture.see(95, at: 0)
        var given = 0
        for minute in stride(from: 1.0, through: 1500, by: 10) {
            try fixture.see(95, at: minute)
            given += try deliver(at: minute, never).givenUp
        }
        #expect(given == 1)
        #expect(try fixture.store.outboxState().failed >= 1)
        let note = try fixture.store.history().first { $0.actor == "outbox" }
        #expect(note?.reason.hasPrefix("notice 'firing' to n was given up after 86") == true, "\(note?.reason ?? "")")
        // Who was told nothing of the beginning is told nothing of the end.
        try fixture.see(5, at: 1510)
        #expect(try fixture.notices().filter { $0.hasPrefix("resolved") }.isEmpty)
    }

    @Test("A refusal is not tried again") func refusal() throws {
        let refusing = KeepingSender(failing: [Fault(.usage, "no such channel")])
        try fixture.see(95, at: 0)
        #expect(try deliver(at: 1, refusing).givenUp == 1)
        #expect(try deliver(at: 100, refusing) == DeliveryReport())
    }

    @Test("The end waits for the beginning") func order() throws {
        let failing = KeepingSender(failing: [Fault(.unavailable, "no line")])
        try fixture.see(95, at: 0)
        try deliver(at: 0.5, failing)
        try fixture.see(5, at: 0.6)
        // The retry and the end are both due; the end goes second.
        #expect(try deliver(at: 5, failing).delivered == 2)
        #expect(failing.lines == ["firing high/a", "resolved high/a"])
    }

    @Test("A dead sender's notices are sent by the next, a living one's by nobody else") func leases() throws {
        try fixture.see(95, at: 0)
        let now = AlertFixture.at(1)
        let dead = OutboxHolder(description: "another-boot 1-1-1")
        let lost = try #require(try fixture.store.claim(dead, at: now))
        #expect(try deliver(at: 1).delivered == 1)
        // The dead one's answer comes too late, and changes nothing.
        try fixture.store.settle(lost, .failed("x", isFinal: true), at: now)
        #expect(try fixture.notices() == ["firing delivered"])
        #expect(sender.messages.withLock { $0.first?.key } == lost.message.key)

        try fixture.see(95, at: 2, "b")
        let living = try #require(try fixture.store.claim(OutboxHolder.current, at: AlertFixture.at(3)))
        #expect(try fixture.store.claim(OutboxHolder.current, at: AlertFixture.at(3)) == nil)
        #expect(try deliver(at: 4) == DeliveryReport())
        // It took longer than sending may take.
        #expect(try deliver(at: 3 + 1.6).delivered == 1)
        try fixture.store.settle(living, .delivered, at: AlertFixture.at(5))
        #expect(try fixture.notices() == ["firing delivered", "firing delivered"])
    }

    @Test("Reminders come as often as the severity wants, and not of what somebody looks after") func reminders() throws
    {
        try fixture.see(95, at: 0, severity: .critical)
        try fixture.see(95, at: 0, "b")
        for hour in 0..<30 {
            for name in ["a", "b"] {
                try fixture.see(95, at: Double(hour) * 60 + 1, name, severity: name == "a" ? .critical : nil)
            }
            try deliver(at: Double(hour) * 60 + 30)
        }
        let lines = sender.lines
        #expect(lines.count { $0.contains("reminder high/a") } == 7, "\(lines)")
        #expect(lines.count { $0.contains("reminder high/b") } == 1)
        _ = try fixture.store.acknowledge(fixture.id(), by: "anna", at: AlertFixture.at(1800))
        for hour in 30..<40 {
            try fixture.see(95, at: Double(hour) * 60 + 1)
            try deliver(at: Double(hour) * 60 + 30)
        }
        #expect(sender.lines.count { $0.contains("/a") } == lines.count { $0.contains("/a") })
    }

    @Test("Hidden before anybody was told: told when it shows, if it still fires") func hidden() throws {
        try fixture.see(95, at: 0)
        let silence = try fixture.store.add(
            try Silence(
                [try LabelMatcher("rule=high")], author: "a", reason: "r", from: AlertFixture.at(0.1),
                until: AlertFixture.at(90)), at: AlertFixture.at(0.1))
        #expect(try fixture.notices() == ["firing withdrawn"])
        try deliver(at: 10)
        #expect(sender.lines.isEmpty)
        try fixture.see(95, at: 14)
        try fixture.store.deleteSilence(silence.id, at: AlertFixture.at(15))
        try deliver(at: 16)
        #expect(sender.lines == ["firing high/a"])
    }

    @Test("Flapping is told once, its end once") func flapping() throws {
        for round in 0..<6 {
            try fixture.see(95, at: Double(round) * 10)
            try deliver(at: Double(round) * 10 + 1)
            try fixture.see(5, at: Double(round) * 10 + 5)
            try deliver(at: Double(round) * 10 + 6)
        }
        try fixture.look(at: 130)
        try deliver(at: 140)
        #expect(
            sender.lines == [
                "firing high/a", "resolved high/a", "firing high/a", "flapping high/a", "resolved high/a",
            ])
    }

    @Test("A notifier hears of what it wants") func wants() throws {
        try fixture.store.add(
            Notifier(
                "m", .command(path: "/bin/true", arguments: []), leastSeverity: .critical,
                matchers: [try LabelMatcher("guest=~a|b")]), at: AlertFixture.start)
        for (name, severity) in [("a", AlertSeverity.critical), ("b", .warning), ("c", .critical), ("d", .info)] {
            try fixture.see(95, at: 0, name, severity: severity)
        }
        let keys = try fixture.store.store.read {
            try String.fetchAll($0, sql: "SELECT key FROM deliveries ORDER BY key")
        }
        func key(_ name: String, _ notifier: String) -> String { "\(fixture.id(name))/1/firing/\(notifier)" }
        #expect(keys.sorted() == [key("a", "n"), key("b", "n"), key("c", "n"), key("a", "m")].sorted())
        try fixture.store.deleteNotifier("n")
        #expect(try fixture.notices().count == 1)
        #expect(throws: Fault.self) { try fixture.store.deleteNotifier("n") }
    }

    @Test("History and what is done is forgotten after its time, what is open is not") func retention() throws {
        try fixture.see(95, at: 0, "a")
        try fixture.see(95, at: 0, "b")
        try deliver(at: 1)
        try fixture.see(5, at: 2, "a")
        try deliver(at: 3)
        #expect(try fixture.store.applyRetention(at: AlertFixture.at(89 * 1440)) == 0)
        #expect(try fixture.store.applyRetention(at: AlertFixture.at(91 * 1440)) > 0)
        #expect(try fixture.alert("a") == nil && fixture.status("b") == .firing)
        #expect(try fixture.store.history().isEmpty)
    }
}
