import DebVisorCore
import Testing

@testable import Alerts

/// Time lines: what is seen when, and what the alert is then.
@Suite struct LifeCycleTests {
    @Test("What comes after the clock was set back far is news, after it was set back a little not") func clockSetBack()
        throws
    {
        let fixture = try AlertFixture()
        try fixture.store.add(Self.plain, at: AlertFixture.start)
        try fixture.see(95, at: 5000)
        try fixture.see(5, at: 4995)
        #expect(try fixture.status() == .firing)
        try fixture.see(5, at: 10)
        #expect(try fixture.status() == .resolved)
        let before = try fixture.dump()
        try fixture.see(5, at: 10)
        #expect(try fixture.dump() == before)
    }

    enum Step: Sendable {
        /// Minute, value, the status after it; nil: there is no alert.
        case see(Double, Double, AlertStatus?)
        case look(Double, AlertStatus?)
        case acknowledge(Double, until: Double?, AlertStatus?)
        case resolve(Double, AlertStatus?)
    }

    struct Line: Sendable, CustomTestStringConvertible {
        var name: String
        var rule: AlertRule
        var steps: [Step]
        var testDescription: String { name }

        init(_ name: String, _ rule: AlertRule, _ steps: [Step]) {
            (self.name, self.rule, self.steps) = (name, rule, steps)
        }
    }

    /// Fires above 90 after 10 minutes, clears below 80 for 10 minutes.
    static let slow = AlertRule(
        "high", metric: "load", .above(90, clear: 80), forSeconds: 600, keepSeconds: 600, noDataSeconds: 900)
    static let plain = AlertRule("high", metric: "load", .above(90), noDataSeconds: 900)
    static let low = AlertRule("high", metric: "load", .below(10, clear: 20), noDataSeconds: 900)

    static let lines = [
        Line("at once", plain, [.see(0, 50, nil), .see(1, 91, .firing), .see(2, 90, .resolved), .see(3, 95, .firing)]),
        Line(
            "after a while, and over after a while", slow,
            [
                .see(0, 95, .pending), .see(5, 96, .pending), .see(10, 97, .firing), .see(12, 79, .firing),
                .see(17, 79, .firing), .see(22, 79, .resolved),
            ]),
        Line("not for long enough", slow, [.see(0, 95, .pending), .see(5, 85, .resolved), .see(10, 95, .pending)]),
        Line(
            "between the levels it stays", slow,
            [
                .see(0, 95, .pending), .see(10, 95, .firing), .see(15, 79, .firing), .see(20, 85, .firing),
                .see(25, 79, .firing), .see(30, 79, .firing), .see(35, 79, .resolved),
            ]),
        Line(
            "below", low,
            [.see(0, 15, nil), .see(1, 9, .firing), .see(2, 15, .firing), .see(3, 20, .firing), .see(4, 21, .resolved)]),
        Line(
            "a gap resolves nothing", plain,
            [
                .see(0, 95, .firing), .look(14, .firing), .look(16, .nodata), .look(600, .nodata),
                .look(90_000, .nodata),
                .see(90_001, 95, .firing), .see(90_002, 5, .resolved),
            ]),
        Line(
            "nor fires it what was pending", slow,
            [
                .see(0, 95, .pending), .look(20, .nodata), .see(30, 95, .pending), .see(35, 95, .pending),
                .see(40, 95, .firing),
            ]),
        Line(
            "nor counts it as clear", slow,
            [
                .see(0, 95, .pending), .see(10, 95, .firing), .see(12, 50, .firing), .look(40, .nodata),
                .see(50, 50, .firing), .see(55, 50, .firing), .see(60, 50, .resolved),
            ]),
        Line(
            "acknowledged until it is over", plain,
            [
                .see(0, 95, .firing), .acknowledge(1, until: nil, .acknowledged), .see(2, 95, .acknowledged),
                .see(3, 5, .resolved), .see(4, 95, .firing),
            ]),
        Line(
            "acknowledged for a while", plain,
            [
                .see(0, 95, .firing), .acknowledge(1, until: 10, .acknowledged), .see(9, 95, .acknowledged),
                .see(10, 95, .firing),
            ]),
        Line(
            "an acknowledgement outlives a gap", plain,
            [
                .see(0, 95, .firing), .acknowledge(1, until: nil, .acknowledged), .look(30, .nodata),
                .see(31, 95, .acknowledged),
            ]),
        Line(
            "by hand", plain, [.see(0, 95, .firing), .resolve(1, .resolved), .look(5, .resolved), .see(6, 95, .firing)]),
        Line(
            "four changes in an hour are flapping, an hour without is calm", plain,
            [
                .see(0, 95, .firing), .see(5, 5, .resolved), .see(10, 95, .firing), .see(15, 5, .flapping),
                .see(20, 95, .flapping), .see(25, 5, .flapping), .look(84, .flapping), .look(85, .resolved),
            ]),
        Line(
            "what flaps and stays bad fires again", plain,
            [
                .see(0, 95, .firing), .see(5, 5, .resolved), .see(10, 95, .firing), .see(15, 5, .flapping),
                .see(20, 95, .flapping), .see(40, 95, .flapping), .see(60, 95, .flapping), .see(80, 95, .firing),
            ]),
        Line(
            "changes far apart are none", plain,
            [
                .see(0, 95, .firing), .see(30, 5, .resolved), .see(60, 95, .firing), .see(90, 5, .resolved),
                .see(120, 95, .firing),
            ]),
    ]

    @Test(arguments: lines) func timeLine(line: Line) throws {
        let fixture = try AlertFixture()
        try fixture.store.add(line.rule, at: AlertFixture.start)
        for step in line.steps {
            let expected: AlertStatus?
            switch step {
            case .see(let minute, let value, let status):
                try fixture.see(value, at: minute)
                // Seen twice is seen once.
                let before = try fixture.dump()
                try fixture.see(value, at: minute)
                #expect(try fixture.dump() == before, "\(step)")
                expected = status
            case .look(let minute, let status):
                try fixture.look(at: minute)
                expected = status
            case .acknowledge(let minute, let end, let status):
                _ = try fixture.store.acknowledge(
                    fixture.id(), by: "anna", note: "on it", until: end.map(AlertFixture.at),
                    at: AlertFixture.at(minute))
                expected = status
            case .resolve(let minute, let status):
                _ = try fixture.store.resolve(fixture.id(), by: "anna", at: AlertFixture.at(minute))
                expected = status
            }
            #expect(try fixture.status() == expected, "\(step)")
            let stored = try fixture.alert()
            try fixture.reopen()
            #expect(try fixture.alert() == stored, "\(step)")
        }
    }

    @Test("Repeats raise count and peak, and no other row") func repeats() throws {
        let fixture = try AlertFixture()
        try fixture.store.add(Self.plain, at: AlertFixture.start)
        for (minute, value) in [91.0, 99, 93].enumerated() { try fixture.see(value, at: Double(minute)) }
        let alert = try #require(try fixture.alert())
        #expect(alert.count == 3 && alert.peak == 99 && alert.value == 93 && alert.threshold == 90)
        #expect(alert.firstSeenAt == AlertFixture.at(0) && alert.lastSeenAt == AlertFixture.at(2))
        #expect(alert.message == "load{guest=\"a\"} is 93, threshold 90")
        #expect(try fixture.store.alerts().count == 1)
        let reasons = try fixture.store.history(of: alert.id).map(\.reason)
        #expect(reasons == ["it does not have to hold for long", "91 is above 90"])
    }

    @Test("Severity rises and does not fall; an acknowledgement lapses with it") func severity() throws {
        let fixture = try AlertFixture()
        try fixture.store.add(Self.plain, at: AlertFixture.start)
        try fixture.see(95, at: 0, severity: .info)
        _ = try fixture.store.acknowledge(fixture.id(), by: "anna", at: AlertFixture.at(1))
        try fixture.see(96, at: 2, severity: .info)
        #expect(try fixture.status() == .acknowledged)
        try fixture.see(97, at: 3, severity: .critical)
        #expect(try fixture.status() == .firing)
        try fixture.see(95, at: 4, severity: .warning)
        #expect(try fixture.alert()?.severity == .critical)
        try fixture.see(5, at: 5)
        try fixture.see(95, at: 6, severity: .info)
        #expect(try fixture.alert()?.severity == .info)
        #expect(try fixture.alert()?.episode == 2)
        let reasons = try fixture.store.history().map(\.reason)
        #expect(reasons.contains("info became critical, so the acknowledgement lapses"))
    }

    @Test("What is older than is known, or than data may be, is no news") func oldSamples() throws {
        let fixture = try AlertFixture()
        try fixture.store.add(Self.plain, at: AlertFixture.start)
        let old = Observation(rule: "high", series: AlertFixture.series(), value: 99, time: AlertFixture.at(0))
        try fixture.store.evaluate([old], at: AlertFixture.at(16))
        #expect(try fixture.alert() == nil)
        try fixture.see(5, at: 20)
        try fixture.see(95, at: 21)
        try fixture.see(5, at: 22)
        try fixture.see(95, at: 21.5)
        #expect(try fixture.status() == .resolved)
        try fixture.see(.nan, at: 23)
        #expect(try fixture.status() == .resolved)
    }

    @Test("Only what fires can be acknowledged, by somebody, until a time ahead") func refusals() throws {
        let fixture = try AlertFixture()
        try fixture.store.add(Self.slow, at: AlertFixture.start)
        func kind(_ body: () throws -> Void) -> Fault.Kind? {
            do { try body() } catch { return (error as? Fault)?.kind }
            return nil
        }
        func acknowledge(_ id: String, until end: Double? = nil, by: String = "anna") -> Fault.Kind? {
            kind {
                _ = try fixture.store.acknowledge(id, by: by, until: end.map(AlertFixture.at), at: AlertFixture.at(20))
            }
        }
        #expect(acknowledge("00ff") == .notFound)
        #expect(acknowledge("x' OR 1") == .notFound)
        try fixture.see(95, at: 0)
        #expect(acknowledge(fixture.id()) == .conflict)
        try fixture.see(95, at: 10)
        #expect(acknowledge(fixture.id(), until: 19) == .usage)
        #expect(acknowledge(fixture.id(), by: "") == .usage)
        #expect(acknowledge(String(fixture.id().prefix(6))) == nil)
        #expect(kind { _ = try fixture.store.rule("none") } == .notFound)
        #expect(kind { try fixture.store.add(Self.slow, at: AlertFixture.start) } == nil)
        #expect(kind { try fixture.store.add(Self.plain, at: AlertFixture.start) } == .conflict)
    }

    @Test("A rule that goes takes its alerts along, a series too") func goneRules() throws {
        let fixture = try AlertFixture()
        try fixture.store.add(Self.plain, at: AlertFixture.start)
        try fixture.see(95, at: 0, "a")
        try fixture.see(95, at: 0, "b")
        #expect(try fixture.store.retire(["series-a"], by: "rules", "the machine is gone", at: AlertFixture.at(1)) == 1)
        #expect(try fixture.status("a") == .resolved && fixture.status("b") == .firing)
        try fixture.store.deleteRule("high", by: "anna", at: AlertFixture.at(2))
        #expect(try fixture.status("b") == .resolved)
        #expect(try fixture.see(99, at: 3).withoutRule == 1)
    }

    @Test("Absence, forecast, baseline, rate and anomaly") func otherConditions() throws {
        let fixture = try AlertFixture()
        let series = AlertFixture.series()
        func see(_ condition: AlertCondition, _ name: String, _ readings: [(Double, Double, Double?, AlertStatus?)])
            throws
        {
            try fixture.store.add(AlertRule(name, metric: "load", condition), at: AlertFixture.start)
            for (minute, value, threshold, status) in readings {
                let time = AlertFixture.at(minute)
                let seen = Observation(
                    rule: name, series: series, value: value, time: time, threshold: threshold, shown: value / 2)
                try fixture.store.evaluate([seen], at: time)
                #expect(try fixture.status(rule: name) == status, "\(name) \(minute)")
            }
        }
        try see(
            .absence(seconds: 300), "gone",
            [
                (1, 60, nil, nil), (2, 301, nil, .firing), (60, 3700, nil, .firing), (61, 10, nil, .resolved),
            ])
        try see(
            .forecast(reaches: 100, within: 86_400), "full",
            [
                (1, .infinity, nil, nil), (2, 86_400, nil, .firing), (3, 90_000, nil, .firing),
                (4, 99_000, nil, .resolved),
                (5, 0, nil, .firing), (6, .infinity, nil, .flapping),
            ])
        try see(
            .baseline(percentile: 99), "unusual",
            [(1, 50, nil, nil), (2, 50, 60, nil), (3, 61, 60, .firing), (4, 61, 70, .resolved)])
        try see(.rate(.above, 5, over: 300), "fast", [(1, 4, nil, nil), (2, 6, nil, .firing), (3, 4, nil, .resolved)])
        try see(
            .anomaly(score: 0.65), "odd",
            [
                (1, 0.5, nil, nil), (2, 0.7, nil, .firing), (3, 0.02, nil, .firing), (12, 0, nil, .firing),
                (20, 0, nil, .firing), (28, 0, nil, .firing), (33, 0, nil, .resolved),
            ])
        #expect(try fixture.alert(rule: "full")?.threshold == 100)
    }
}
