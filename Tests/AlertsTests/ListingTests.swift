import DebVisorCore
import GRDB
import Storage
import TestSupport
import Testing

@testable import Alerts

/// What is listed, counted, and followed.
@Suite struct ListingTests {
    @Test("What calls for somebody has the least urgency, whatever state an alert is in") func urgency() {
        var groups = Set<Int>()
        for phase in [AlertState.Phase.quiet, .pending, .firing] {
            for severity in AlertSeverity.allCases {
                for bits in 0..<16 {
                    var state = AlertState(at: AlertFixture.start)
                    (state.phase, state.severity) = (phase, severity)
                    (state.isWithoutData, state.isFlapping) = (bits & 1 > 0, bits & 2 > 0)
                    if phase == .firing || state.isFlapping { state.firedAt = AlertFixture.start }
                    if bits & 4 > 0 { state.acknowledgement = Acknowledgement(by: "a", at: AlertFixture.start) }
                    if bits & 8 > 0 { state.suppressedBy = "s" }
                    let calls = state.urgency < AlertState.calling
                    #expect(calls == state.callsForSomebody)
                    #expect(!calls || [.firing, .flapping, .nodata].contains(state.status) && bits & 12 == 0)
                    if state.status == .firing { #expect(calls) }
                    #expect(state.urgency % 3 == AlertSeverity.critical.rank - severity.rank)
                    groups.insert(state.urgency / 3)
                }
            }
        }
        #expect(groups == [0, 1, 2, 3, 4])
    }

    private static let matchers: [(String, @Sendable (Alert) -> Bool)] = [
        ("host=h1", { $0.series.host == "h1" }), ("guest=~1.*", { $0.series.tags["guest"]?.hasPrefix("1") == true }),
        ("guest!=1", { $0.series.tags["guest"] != "1" }), ("severity!~info|warning", { $0.severity == .critical }),
    ]

    /// A query answered by the store against the same answered by looking at every alert.
    @Test("A page is what a filter of everything gives, its counts too", arguments: 1...20 as ClosedRange<UInt64>)
    func pages(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let fixture = try AlertFixture()
        try fixture.store.add(LifeCycleTests.plain, at: AlertFixture.start)
        for minute in 0..<30 {
            let name = "\(Int.random(in: 0..<12, using: &random))"
            let severity = AlertSeverity.allCases.randomElement(using: &random)
            try fixture.see(
                Bool.random(using: &random) ? 95 : 5, at: Double(minute), name, severity: severity,
                host: Bool.random(using: &random) ? "h1" : nil)
            if minute % 7 == 3, let alert = try fixture.store.alerts().randomElement(using: &random),
                alert.status == .firing
            {
                _ = try fixture.store.acknowledge(alert.id.text, by: "a", at: AlertFixture.at(Double(minute)))
            }
        }
        let all = try fixture.store.alerts(AlertQuery(statuses: Set(AlertStatus.allCases)))
        for _ in 0..<30 {
            var query = AlertQuery(
                statuses: Set(AlertStatus.allCases.filter { _ in Int.random(in: 0..<3, using: &random) == 0 }),
                severities: Set(AlertSeverity.allCases.filter { _ in Bool.random(using: &random) }),
                matchers: try Self.matchers.filter { _ in Bool.random(using: &random) }.map { try LabelMatcher($0.0) })
            let looksAt = Self.matchers.filter { entry in query.matchers.contains { $0.description == entry.0 } }
            query.includesResolved = Bool.random(using: &random)
            query.limit = Int.random(in: 1...6, using: &random)
            let expected = all.filter { alert in
                (query.statuses.isEmpty
                    ? query.includesResolved || alert.status.isOpen : query.statuses.contains(alert.status))
                    && (query.severities.isEmpty || query.severities.contains(alert.severity))
                    && looksAt.allSatisfy { $0.1(alert) }
            }
            let page = try fixture.store.page(query)
            #expect(page.alerts == Array(expected.prefix(query.limit ?? 0)))
            #expect(page.total == expected.count)
            let calling = Dictionary(grouping: expected.filter(\.callsForSomebody), by: \.severity).mapValues(\.count)
            #expect(page.calling == calling)
        }
    }

    @Test("Events are followed by number, and somebody else's change is seen") func follow() throws {
        let fixture = try AlertFixture()
        try fixture.store.add(LifeCycleTests.plain, at: AlertFixture.start)
        let other = AlertStore(try Store.open(AlertStore.store, in: fixture.state))
        let before = try other.version()
        #expect(try other.version() == before && other.lastEvent() == 0)
        try fixture.see(95, at: 0, "a")
        try fixture.see(95, at: 1, "b")
        #expect(try other.version() != before)
        let events = try other.events(after: 0)
        #expect(events.map(\.id) == Array(1...(try other.lastEvent())))
        #expect(try other.events(after: events[0].id).count == events.count - 1)
        let ofA = try other.events(after: 0, of: AlertQuery(matchers: [try LabelMatcher("guest=a")]))
        #expect(ofA.allSatisfy { $0.alert.text == fixture.id("a") } && !ofA.isEmpty)
        #expect(try other.events(after: 0, of: AlertQuery(statuses: [.resolved])).isEmpty)
        #expect(try other.labels()["guest"] == ["a", "b"])
        #expect(try other.openIDs(limit: 1) == [fixture.id("b")])
    }

    @Test(
        "What the other side says has no secret in it",
        arguments: [
            ("no token hunter2hunter2 here", "no token … here"), ("/services/T0/hunter2hunter2 is gone", "… is gone"),
            ("Bearer abcdefgh", "… …"), ("the key abcdefgh", "the key …"), ("nothing", "nothing"),
        ])
    func redaction(_ text: String, _ redacted: String) {
        let target = NotifierTarget.webhook(
            url: Secret("https://x.example.org/services/T0/hunter2hunter2"),
            headers: ["Authorization": Secret("Bearer  abcdefgh")])
        #expect(target.redacted(text) == redacted)
        #expect(NotifierTarget.email(to: ["root"], from: nil).redacted(text) == text)
    }
}
