import DebVisorCore
import TestSupport
import Testing

@testable import Alerts

/// A replay is the life that the store would have kept.
@Suite struct RuleReplayTests {
    private static let rules = [
        AlertRule("high", metric: "load", .above(90)),
        AlertRule("high", metric: "load", .above(90, clear: 70), forSeconds: 180, keepSeconds: 120),
        AlertRule("high", metric: "load", .below(20), forSeconds: 60, noDataSeconds: 300),
        AlertRule("high", metric: "load", .rate(.above, 80, over: 60), severity: .info),
    ]

    /// Values at minutes, now and then with a pause longer than the rule's time without data.
    private static func observations(_ seed: UInt64, _ rule: AlertRule) -> [Observation] {
        var random = SeededRandom(seed: seed)
        var minute = 0
        var level = 50.0
        return (0..<120).map { _ in
            minute += random.next() % 20 == 0 ? 15 + Int(random.next() % 30) : 1
            level = random.next() % 6 == 0 ? Double(random.next() % 120) : level
            return Observation(
                rule: rule.name, series: AlertFixture.series(), value: level, time: AlertFixture.at(Double(minute)),
                severity: random.next() % 10 == 0 ? .critical : nil, message: "at minute \(minute)")
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>) func isWhatTheStoreKeeps(seed: UInt64) throws {
        let rule = Self.rules[Int(seed) % Self.rules.count]
        let fixture = try AlertFixture()
        try fixture.store.add(rule, at: AlertFixture.start)
        try fixture.store.add(Notifier("n", .command(path: "/bin/true", arguments: [])), at: AlertFixture.start)
        var replay = RuleReplay(rule)
        var lived: [AlertEvent] = []
        var last: Timestamp?
        for observation in Self.observations(seed, rule) {
            if let last {
                let lost = last.adding(milliseconds: Int64(rule.noDataSeconds) * 1000 + 1)
                if lost < observation.time { lived += try fixture.store.evaluate([], at: lost).events }
                // Whoever looks each minute sees at once that it has calmed down.
                if try fixture.status() == .flapping {
                    lived += try fixture.store.evaluate([], at: observation.time).events
                }
            }
            last = observation.time
            lived += try fixture.store.evaluate([observation], at: observation.time).events
            replay.observe(observation)
        }
        #expect(!lived.isEmpty)
        #expect(
            replay.steps.map { "\($0.at) \($0.from?.rawValue ?? "-") \($0.to) \($0.severity) \($0.reason)" }
                == lived.map { "\($0.at) \($0.from?.rawValue ?? "-") \($0.to) \($0.severity) \($0.reason)" })
        #expect(replay.steps.last?.message.hasPrefix("at minute") == true)
    }

    @Test func whatNeverSpeaksLeavesNothing() {
        var replay = RuleReplay(Self.rules[0])
        for minute in 0..<100 {
            replay.observe(
                Observation(
                    rule: "high", series: AlertFixture.series(), value: 10, time: AlertFixture.at(Double(minute))))
        }
        replay.finish(at: AlertFixture.at(1000))
        #expect(replay.steps.isEmpty && replay.notices == 0)
    }

    @Test func theEndOfASeriesEndsIt() {
        var replay = RuleReplay(Self.rules[0])
        replay.observe(
            Observation(rule: "high", series: AlertFixture.series(), value: 99, time: AlertFixture.at(0)))
        replay.end(at: AlertFixture.at(1), "the series ended")
        #expect(replay.steps.map(\.to) == [.pending, .firing, .resolved])
        #expect(replay.steps.last?.reason == "the series ended" && replay.notices == 2)
    }
}
