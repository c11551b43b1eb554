import DebVisorCore
import GRDB
import Glibc
import Storage
import TestSupport
import Testing

@testable import Alerts

/// Random time lines: what holds whatever happens.
@Suite struct RandomLifeTests {
    static let lives = getenv("SOAK") == nil ? 8 : 160
    /// Steps between two restarts.
    static let restart = getenv("SOAK") == nil ? 4 : 1
    static let names = ["a", "b", "c"]

    @Test(
        "A gap resolves nothing, counts are repeats, the end is told once, a restart changes nothing", arguments: 0..<4)
    func lives(part: Int) throws {
        for life in 0..<Self.lives / 4 { try live(UInt64(part * 10_000 + life)) }
    }

    /// What a person would count by hand.
    private struct Expected {
        var episode = 0
        var count = 0
        var severity = AlertSeverity.info
        var peak = -Double.infinity
    }

    private func live(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let (one, other) = (try AlertFixture(), try AlertFixture())
        let rule = AlertRule(
            "high", metric: "load", .above(90, clear: 80), forSeconds: Int.random(in: 0...1, using: &random) * 300,
            keepSeconds: Int.random(in: 0...1, using: &random) * 300, noDataSeconds: 900)
        for fixture in [one, other] {
            try fixture.store.add(rule, at: AlertFixture.start)
            try fixture.store.add(Notifier("n", .command(path: "/bin/true", arguments: [])), at: AlertFixture.start)
        }
        var expected: [String: Expected] = [:]
        var minute = 0.0
        for step in 0..<70 {
            minute += ([1, 2, 5, 5, 5, 20, 90] as [Double]).randomElement(using: &random) ?? 1
            let action = Int.random(in: 0..<12, using: &random)
            let name = Self.names.randomElement(using: &random) ?? "a"
            let high = Double.random(in: 91...99, using: &random)
            let value = ([50, 85, 95, high] as [Double]).randomElement(using: &random) ?? 50
            let severity = AlertSeverity.allCases.randomElement(using: &random)
            let failing = Bool.random(using: &random)
            let before = try one.store.alerts(AlertQuery(statuses: Set(AlertStatus.allCases)))
            for fixture in [one, other] {
                try act(action, fixture, name, value, severity, minute, failing)
            }
            if step % Self.restart == 0 { try one.reopen() }
            #expect(try one.dump() == other.dump(), "seed \(seed), step \(step)")
            if action == 10 { try check(before, one, "seed \(seed), step \(step)") }
            if action < 7 { try count(name, value, severity, one, &expected, "seed \(seed), step \(step)") }
        }
        try checkNotices(one, "seed \(seed)")
    }

    private func act(
        _ action: Int, _ fixture: AlertFixture, _ name: String, _ value: Double, _ severity: AlertSeverity?,
        _ minute: Double, _ failing: Bool
    ) throws {
        let now = AlertFixture.at(minute)
        switch action {
        case ..<7:
            try fixture.see(value, at: minute, name, severity: severity)
            let before = try fixture.dump()
            try fixture.see(value, at: minute, name, severity: severity)
            #expect(try fixture.dump() == before)
        case 7:
            for alert in try fixture.store.alerts(AlertQuery(statuses: [.firing])).prefix(1) {
                _ = try fixture.store.acknowledge(
                    alert.id.text, by: "anna", until: now.adding(milliseconds: 1_800_000), at: now)
            }
        case 8:
            let silence = try Silence(
                [try LabelMatcher("guest=\(name)")], author: "anna", reason: "r", from: now,
                until: now.adding(milliseconds: 1_200_000))
            _ = try fixture.store.add(silence, at: now)
        case 9, 11:
            let sender = KeepingSender(failing: failing ? [Fault(.unavailable, "no line")] : [])
            _ = try NotificationDispatcher(fixture.store, [.command: sender], TestClock(now)).deliverDue()
        default: try fixture.look(at: minute)
        }
    }

    /// Time alone resolves only what flapped and was clear when it calmed down.
    private func check(_ before: [Alert], _ fixture: AlertFixture, _ what: String) throws {
        for old in before where old.status.isOpen {
            let new = try fixture.store.alert(old.id.text)
            let reasons = try fixture.store.history(of: old.id, limit: 3).map(\.reason)
            #expect(
                new.status.isOpen || reasons.contains { $0.hasPrefix("it has not changed") }, "\(what): \(old.status)")
        }
    }

    private func count(
        _ name: String, _ value: Double, _ severity: AlertSeverity?, _ fixture: AlertFixture,
        _ expected: inout [String: Expected], _ what: String
    ) throws {
        guard let alert = try fixture.alert(name) else { return #expect(value <= 90, "\(what)") }
        var own = expected[name] ?? Expected()
        if alert.episode != own.episode { own = Expected(episode: alert.episode) }
        if value > 90 {
            own.count += 1
            own.peak = max(own.peak, value)
            own.severity = max(own.severity, severity ?? .warning)
        }
        expected[name] = own
        #expect(alert.count == own.count && alert.peak == own.peak, "\(what): \(alert)")
        #expect(alert.severity == own.severity, "\(what)")
    }

    private func checkNotices(_ fixture: AlertFixture, _ what: String) throws {
        let wrong = try fixture.store.store.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT 'twice: ' || alert_id || '/' || episode FROM deliveries WHERE kind = 'resolved'
                    GROUP BY alert_id, episode HAVING count(*) > 1
                    UNION ALL SELECT 'untold: ' || d.key FROM deliveries d
                    WHERE d.kind = 'resolved' AND d.state = 'delivered' AND NOT EXISTS (
                        SELECT 1 FROM deliveries e WHERE e.alert_id = d.alert_id AND e.episode = d.episode
                            AND e.kind <> 'resolved' AND e.state = 'delivered' AND e.ended_at <= d.ended_at)
                    """)
        }
        #expect(wrong.isEmpty, "\(what): \(wrong)")
    }
}
