import DebVisorCore
import Testing

@testable import Alerts

@Suite struct SilenceTests {
    private func fixture(_ names: [String] = ["a", "b"]) throws -> AlertFixture {
        let fixture = try AlertFixture()
        try fixture.store.add(LifeCycleTests.plain, at: AlertFixture.start)
        for name in names { try fixture.see(95, at: 0, name) }
        return fixture
    }

    private func silence(_ matcher: String, until end: Double, from start: Double = 1) throws -> Silence {
        try Silence(
            [try LabelMatcher(matcher)], author: "anna", reason: "the rack moves", from: AlertFixture.at(start),
            until: AlertFixture.at(end))
    }

    @Test("A silence hides what it matches, until it ends") func hides() throws {
        let fixture = try fixture()
        #expect(try fixture.store.preview([try LabelMatcher("guest=a")]).map(\.id.text) == [fixture.id("a")])
        #expect(try fixture.store.preview([try LabelMatcher("rule=high")]).count == 2)
        #expect(try fixture.store.preview([try LabelMatcher("guest=c")]).isEmpty)
        let silence = try fixture.store.add(try silence("guest=a", until: 60), at: AlertFixture.at(1))
        #expect(try fixture.status("a") == .suppressed)
        #expect(try fixture.alert("a")?.suppressedBy == "silence 1 by anna: the rack moves")
        #expect(try fixture.status("b") == .firing)
        try fixture.see(95, at: 30, "a")
        #expect(try fixture.status("a") == .suppressed)
        try fixture.see(95, at: 59, "a")
        try fixture.look(at: 60)
        #expect(try fixture.status("a") == .firing)
        #expect(try fixture.store.silences(activeAt: AlertFixture.at(60)).isEmpty)
        #expect(try fixture.store.silences().map(\.id) == [silence.id])
    }

    @Test("A silence that is deleted shows at once what it hid") func deleted() throws {
        let fixture = try fixture()
        let silence = try fixture.store.add(try silence("metric=load", until: 60), at: AlertFixture.at(1))
        #expect(try fixture.store.counts()[.suppressed]?[.warning] == 2)
        #expect(try fixture.store.deleteSilence(silence.id, at: AlertFixture.at(2)))
        #expect(try fixture.store.counts()[.firing]?[.warning] == 2)
        #expect(try !fixture.store.deleteSilence(silence.id, at: AlertFixture.at(3)))
        #expect(throws: Fault.self) { try fixture.store.deleteSilence(99, at: AlertFixture.at(3)) }
    }

    @Test("What fires under a silence tells nobody; what resolves under it tells only those who knew") func quiet()
        throws
    {
        let fixture = try fixture([])
        try fixture.store.add(Notifier("n", .command(path: "/bin/true", arguments: [])), at: AlertFixture.start)
        _ = try fixture.store.add(try silence("guest=~.*", until: 60), at: AlertFixture.at(1))
        try fixture.see(95, at: 2, "a")
        try fixture.see(5, at: 3, "a")
        #expect(try fixture.notices().isEmpty)
        try fixture.see(95, at: 59, "a")
        try fixture.look(at: 61)
        #expect(try fixture.notices() == ["firing waiting"])
    }

    @Test(arguments: [("guest=a", 0.5), ("guest=a", 1)]) func endInThePast(matcher: String, end: Double) {
        #expect(throws: Fault.self) { try silence(matcher, until: end) }
    }

    @Test func needsAuthorReasonAndMatcher() throws {
        let (start, end) = (AlertFixture.at(0), AlertFixture.at(1))
        let all = [try LabelMatcher("a=b")]
        #expect(throws: Fault.self) { try Silence([], author: "a", reason: "r", from: start, until: end) }
        #expect(throws: Fault.self) { try Silence(all, author: "", reason: "r", from: start, until: end) }
        #expect(throws: Fault.self) { try Silence(all, author: "a", reason: "", from: start, until: end) }
    }

    @Test("A host that is down hides its guests, and says so; a high load hides nothing") func inhibition() throws {
        let fixture = try fixture([])
        try fixture.store.add(
            AlertRule("down", metric: "load", .absence(seconds: 60), severity: .critical, hidesDependents: true),
            at: AlertFixture.start)
        try fixture.store.change(try Topology(["vm:a": ["host:h"], "vm:b": ["host:i"], "vol:x": ["vm:a"]]))
        try fixture.see(95, at: 0, "h", object: "host:h")
        try fixture.see(95, at: 0, "a", object: "vm:a")
        try fixture.see(95, at: 0, "b", object: "vm:b")
        #expect(try fixture.status("a") == .firing)
        try fixture.see(300, at: 1, "h", rule: "down", object: "host:h")
        #expect(try fixture.status("a") == .suppressed)
        #expect(try fixture.status("b") == .firing && fixture.status("h") == .firing)
        #expect(try fixture.alert("a")?.suppressedBy?.hasPrefix("down of host:h (alert ") == true)
        try fixture.see(95, at: 2, "x", object: "vol:x")
        #expect(try fixture.status("x") == .suppressed)
        // Hidden rather than unknown.
        try fixture.look(at: 17)
        #expect(try fixture.status("a") == .suppressed)
        #expect(try fixture.status("b") == .nodata)
        try fixture.see(0, at: 18, "h", rule: "down", object: "host:h")
        #expect(try fixture.status("a") == .nodata)
        try fixture.see(95, at: 19, "a", object: "vm:a")
        #expect(try fixture.status("a") == .firing)
        #expect(try fixture.store.topology().ancestors(of: "vol:x") == ["vm:a", "host:h"])
    }
}
