import DebVisorCore
import Platform
import Testing

@testable import Alerts

/// Twelve faults in two weeks: each is seen, named and resolved, and nothing else is told.
@Suite struct FortnightTests {
    private struct Told {
        var entry: NoticeEntry
        var hour: Double
    }

    @Test func everyFaultIsSeenNamedAndResolved() throws {
        let (told, fixture) = try live()
        let firings = told.filter { [.firing, .flapping].contains($0.entry.kind) }
        let ends = told.filter { $0.entry.kind == .resolved }
        var rightful = Set<String>()
        var seen = 0
        for fault in Fortnight.faults {
            // A forecast looks ahead, and an end takes as long as the alert must have been clear.
            let window = fault.hours.lowerBound...fault.hours.upperBound + 2
            let own = firings.filter {
                fault.rules.contains($0.entry.rule) && window.contains($0.hour)
                    && Self.object($0.entry) == fault.object
            }
            rightful.formUnion(own.map(\.entry.key))
            guard let first = own.first else {
                Issue.record("\(fault.name) was not seen")
                continue
            }
            seen += 1
            #expect(first.entry.message.contains(fault.object), "\(fault.name): \(first.entry.message)")
            #expect(first.entry.message.contains { $0.isNumber })
            let end = ends.last {
                $0.entry.id == first.entry.id && $0.hour >= first.hour && $0.hour <= fault.hours.upperBound + 3
            }
            #expect(end != nil, "\(fault.name) was not told to be over")
            #expect(try fixture.store.alert(first.entry.id).status == .resolved, "\(fault.name)")
        }
        let precision = Double(rightful.count) / Double(max(firings.count, 1))
        let recall = Double(seen) / Double(Fortnight.faults.count)
        print(
            "fortnight: \(firings.count) notices of \(Fortnight.faults.count) faults, precision \(precision), recall \(recall)"
        )
        for stray in firings where !rightful.contains(stray.entry.key) {
            print("  stray: \(stray.entry.rule) \(stray.entry.series) at \(stray.hour) h: \(stray.entry.message)")
        }
        #expect(precision >= 0.95)
        #expect(recall == 1)
        #expect(Set(told.map(\.entry.key)).count == told.count)
        #expect(try fixture.store.alerts().isEmpty)
        try checkHidden(fixture, told)
    }

    private static func object(_ entry: NoticeEntry) -> String {
        entry.tags["guest"] ?? entry.tags["pool"] ?? entry.host ?? ""
    }

    private func live() throws -> (told: [Told], AlertFixture) {
        let fixture = try AlertFixture()
        for rule in Fortnight.rules { try fixture.store.add(rule, at: AlertFixture.start) }
        try fixture.store.change(try Fortnight.topology())
        try fixture.store.add(Notifier("n", .command(path: "/bin/true", arguments: [])), at: AlertFixture.start)
        var fortnight = Fortnight()
        var told: [Told] = []
        for step in 0..<Fortnight.steps {
            let minute = Double(step) * Fortnight.stepMinutes
            try fixture.store.evaluate(try fortnight.observations(step), at: AlertFixture.at(minute))
            let sender = KeepingSender()
            _ = try NotificationDispatcher(
                fixture.store, [.command: sender], TestClock(AlertFixture.at(minute + 1))
            ).deliverDue()
            told += sender.messages.withLock { $0 }.flatMap(\.entries).map { Told(entry: $0, hour: minute / 60) }
            if step % 100 == 0 { try fixture.reopen() }
        }
        return (told, fixture)
    }

    /// The host and the pool spoke for what depends on them.
    private func checkHidden(_ fixture: AlertFixture, _ told: [Told]) throws {
        let hidden = try fixture.store.history(limit: 10_000).filter { $0.to == .suppressed }
        #expect(hidden.count { $0.rule == "guest-silent" && $0.reason.contains("host-down of host:h1") } == 10)
        #expect(hidden.count { $0.rule == "volume-errors" && $0.reason.contains("pool-full of pool:default") } == 10)
        #expect(!told.contains { $0.entry.rule == "volume-errors" })
        #expect(
            told.contains { $0.entry.rule == "swapping" && $0.entry.kind == .raised && $0.entry.severity == .critical })
    }
}
