import DebVisorCore
import Glibc
import Platform
import Testing

@testable import Schedules

/// All processes of a run end with it: in a control group, and without one as descendants and by their environment.
@Suite struct TreeTests {
    /// Whether this test may make control groups.
    private static let canGroup: Bool = {
        guard let group = ControlGroup(for: "test-\(getpid())") else { return false }
        group.remove()
        return true
    }()

    @Test(arguments: [true, false]) func theSupervisorTakesTheWayItIsTold(isGrouped: Bool) throws {
        let fixture = try RunFixture(usesControlGroups: isGrouped)
        try fixture.add("long", shell: "cat /proc/self/cgroup; exec sleep 60")
        let run = try fixture.execute("long")
        try fixture.eventually { try !fixture.output(run).isEmpty }
        let isMember = try fixture.output(run).split(separator: "\n").contains { $0.hasSuffix("/debvisor-\(run.id)") }
        #expect(isMember == (isGrouped && Self.canGroup))
        // The next supervisor takes the same way.
        try fixture.killSupervisor(of: run)
        _ = try fixture.scheduler.recover()
        _ = try fixture.scheduler.cancel(run.id)
        #expect(try fixture.finish(run).status == .cancelled)
        #expect(ControlGroup(existing: run.id.description) == nil)
    }

    @Test(arguments: [true, false]) func aTimeLimitEndsAllOfAnObstinateTree(isGrouped: Bool) throws {
        let fixture = try RunFixture(usesControlGroups: isGrouped)
        // Grandchildren that ignore TERM, in sessions of their own, forked twice, and new ones all the time.
        let bomb = """
            trap '' TERM
            for i in 1 2 3 4 5; do (setsid sh -c 'trap "" TERM; (sleep 60 & sleep 60 &) ; sleep 60' &) ; done
            (setsid sh -c 'trap "" TERM; while :; do (sleep 5 &) ; sleep 0.05; done' &)
            sleep 60
            """
        try fixture.add("bomb", shell: bomb) { $0.timeoutSeconds = 1 }
        let run = try fixture.finish(try fixture.execute("bomb"))
        #expect(run.status == .timeout && run.escalation == ["TERM", "KILL"], "\(run)")
        #expect(!fixture.survivors(of: run))
    }

    /// No environment, no parent, no session in common: still ours as long as the supervisor lives, which is made the
    /// parent of orphans.
    @Test(arguments: [true, false]) func whoeverHidesIsFound(isGrouped: Bool) throws {
        let fixture = try RunFixture(usesControlGroups: isGrouped)
        try fixture.add("hider", shell: "(setsid env -i sh -c 'trap \"\" TERM; echo $$; sleep 60; :' &); sleep 60") {
            $0.timeoutSeconds = 1
        }
        let started = try fixture.execute("hider")
        try fixture.eventually { try !fixture.output(started).isEmpty }
        let number = try #require(Int32(try fixture.output(started).trimmingNewline))
        let hidden = try #require(ProcessIdentity(of: number))
        let run = try fixture.finish(started)
        #expect(run.status == .timeout && run.escalation == ["TERM", "KILL"], "\(run)")
        #expect(hidden.hasEnded)
    }

    @Test(arguments: [true, false]) func whatALimitedRunLeavesBehindIsEnded(isGrouped: Bool) throws {
        let fixture = try RunFixture(usesControlGroups: isGrouped)
        try fixture.add("leaver", shell: "(setsid sleep 60 &); sleep 0.2; exit 0") { $0.timeoutSeconds = 30 }
        let run = try fixture.finish(try fixture.execute("leaver"))
        #expect(run.status == .completed && !fixture.survivors(of: run), "\(run)")
    }

    @Test(arguments: [true, false]) func cancellingEndsTheTree(isGrouped: Bool) throws {
        let fixture = try RunFixture(usesControlGroups: isGrouped)
        try fixture.add("long", shell: "sleep 60 | sleep 60")
        let started = try fixture.execute("long")
        #expect(try fixture.execute("long").status == .skipped)
        _ = try fixture.scheduler.cancel(started.id)
        let run = try fixture.finish(started)
        #expect(
            run.status == .cancelled && run.reason == "somebody cancelled it" && !fixture.survivors(of: run), "\(run)")
    }

    @Test(arguments: [true, false]) func theTimeLimitOutlivesTheSupervisor(isGrouped: Bool) throws {
        let fixture = try RunFixture(usesControlGroups: isGrouped)
        try fixture.add(
            "long",
            shell: "trap '' TERM; (setsid sh -c 'trap \"\" TERM; sleep 60; sleep 60' &); echo x; sleep 60; sleep 60"
        ) {
            $0.timeoutSeconds = 2
        }
        let started = try fixture.execute("long")
        try fixture.eventually { try !fixture.output(started).isEmpty }
        try fixture.killSupervisor(of: started)
        let run = try fixture.finish(started)
        #expect(run.status == .timeout && run.escalation == ["TERM", "KILL"], "\(run)")
        #expect(!fixture.survivors(of: run))
    }

    /// A run that a command starts is another run: it lives on when the first one ends, though it began as its child.
    @Test(arguments: [true, false]) func aRunMayStartAnother(isGrouped: Bool) throws {
        let fixture = try RunFixture(usesControlGroups: isGrouped)
        try fixture.add("inner", shell: "sleep 1; echo done")
        let driver = try RunFixture.driver()
        let word = isGrouped ? "execute" : "execute-ungrouped"
        try fixture.add("outer", shell: "\(driver) \(word) \(fixture.state.path) inner") { $0.timeoutSeconds = 30 }
        let outer = try fixture.finish(try fixture.execute("outer"))
        #expect(outer.status == .completed && outer.escalation == [], "\(outer)")
        let inner = try #require(try fixture.store.history(RunQuery(job: try JobName("inner"))).first)
        #expect(try fixture.finish(inner).status == .completed)
        #expect(try fixture.output(inner) == "done\n")
    }

    /// A service whose name begins like a group of ours is not taken for one.
    @Test func onlyTheGroupOfTheRunIsTakenOver() throws {
        #expect(ControlGroup(of: getpid(), in: "k3f9x2-1") == nil)
        #expect(ControlGroup(existing: "k3f9x2-1") == nil)
    }
}

extension String {
    fileprivate var trimmingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
