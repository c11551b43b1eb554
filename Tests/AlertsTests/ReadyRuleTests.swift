import DebVisorCore
import Testing

@testable import Alerts

/// Rules that come with the program, and what else evaluations need of the store.
@Suite struct ReadyRuleTests {
    private static let ready = [
        AlertRule("one", metric: "load", .above(90)), AlertRule("two", metric: "load", .above(95)),
    ]

    @Test("Each is offered once; what was deleted stays deleted, what was there stays as it is") func offers() throws {
        let fixture = try AlertFixture()
        let own = AlertRule("two", metric: "other", .below(1))
        try fixture.store.add(own, at: AlertFixture.start)
        #expect(try fixture.store.offer(Self.ready, at: AlertFixture.at(1)) == ["one"])
        #expect(try fixture.store.rule("two") == own)
        #expect(try fixture.store.offer(Self.ready, at: AlertFixture.at(2)) == [])
        for name in ["one", "two"] { try fixture.store.deleteRule(name, by: "anna", at: AlertFixture.at(3)) }
        try fixture.reopen()
        #expect(try fixture.store.offer(Self.ready, at: AlertFixture.at(4)) == [])
        let newer = AlertRule("three", metric: "load", .above(99))
        #expect(try fixture.store.offer(Self.ready + [newer], at: AlertFixture.at(5)) == ["three"])
        #expect(try fixture.store.rules().map(\.name) == ["three"])
    }

    @Test func oneThatCannotFireIsRefused() throws {
        let fixture = try AlertFixture()
        #expect(throws: Fault.self) {
            try fixture.store.offer([AlertRule("bad", metric: "", .above(1))], at: AlertFixture.start)
        }
    }

    @Test("What is switched off ends, and begins anew when it is switched on") func switches() throws {
        let fixture = try AlertFixture()
        try fixture.store.add(AlertRule("high", metric: "load", .above(90)), at: AlertFixture.start)
        try fixture.see(99, at: 0)
        #expect(try fixture.store.openCounts() == ["high": 1])
        #expect(try fixture.store.known(ofRule: "high")["series-a"]?.isOpen == true)
        #expect(try fixture.store.setEnabled("high", false, by: "anna", at: AlertFixture.at(1)))
        #expect(try !fixture.store.setEnabled("high", false, by: "anna", at: AlertFixture.at(1)))
        #expect(try fixture.status() == .resolved)
        #expect(try fixture.store.history(limit: 1).first?.reason == "the rule was disabled")
        #expect(try fixture.see(99, at: 2).withoutRule == 1)
        #expect(try fixture.store.setEnabled("high", true, by: "anna", at: AlertFixture.at(3)))
        try fixture.see(99, at: 4)
        #expect(try fixture.alert()?.episode == 2)
        #expect(try fixture.store.openCounts() == ["high": 1])
        #expect(throws: Fault.self) { try fixture.store.setEnabled("none", true, by: "anna", at: AlertFixture.at(5)) }
    }

    @Test("A rule that did not look says nothing of gaps") func onlyWhoLookedMissesData() throws {
        let fixture = try AlertFixture()
        for name in ["high", "low"] {
            try fixture.store.add(AlertRule(name, metric: "load", .above(90)), at: AlertFixture.start)
            try fixture.see(99, at: 0, rule: name)
        }
        try fixture.store.evaluate([], at: AlertFixture.at(60), looked: ["low"])
        #expect(try fixture.status(rule: "high") == .firing)
        #expect(try fixture.status(rule: "low") == .nodata)
    }

    @Test("One rule's alert of a series can end alone") func retirement() throws {
        let fixture = try AlertFixture()
        for name in ["high", "low"] {
            try fixture.store.add(AlertRule(name, metric: "load", .above(90)), at: AlertFixture.start)
            try fixture.see(99, at: 0, rule: name)
        }
        let report = try fixture.store.retire(
            [RetiredSeries(id: "series-a", rule: "low", reason: "another series now")], by: "rules",
            at: AlertFixture.at(1))
        #expect(report.events.map(\.reason) == ["another series now"])
        #expect(try fixture.status(rule: "high") == .firing)
        #expect(try fixture.status(rule: "low") == .resolved)
    }

    @Test func retentionIsAppliedOnceADay() throws {
        let fixture = try AlertFixture()
        #expect(try fixture.store.applyRetentionIfDue(at: AlertFixture.at(0)) == 0)
        #expect(try fixture.store.applyRetentionIfDue(at: AlertFixture.at(1439)) == nil)
        #expect(try fixture.store.applyRetentionIfDue(at: AlertFixture.at(1440)) == 0)
        // A clock that was ahead does not keep it from being applied for long.
        #expect(try fixture.store.applyRetentionIfDue(at: AlertFixture.at(1)) == 0)
    }
}
