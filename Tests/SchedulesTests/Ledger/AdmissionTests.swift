import DebVisorCore
import Testing

@testable import Schedules

@Suite struct AdmissionTests {
    @Test(arguments: [
        (OverlapPolicy.skip, ["02T01:00 running", "02T02:00 skipped", "02T03:00 skipped"]),
        (.queue, ["02T01:00 running", "02T02:00 pending", "02T03:00 merged 2"]),
        (.allow, ["02T01:00 running", "02T02:00 running", "02T03:00 running"]),
        (.replace, ["02T01:00 running", "02T02:00 pending", "02T03:00 merged 2"]),
    ])
    func overlaps(policy: OverlapPolicy, story: [String]) throws {
        let fixture = try ScheduleFixture()
        try fixture.add("hourly", "0 * * * *") { $0.overlap = policy }
        let first = try fixture.look(at: "2026-03-02T01:00:00Z")
        let decision = try fixture.ledger.look(at: try instant("2026-03-02T02:00:00Z"), claimer: "boot 1-1-1")
        #expect(decision.ending == (policy == .replace ? [first[0].number] : []))
        try fixture.look(at: "2026-03-02T03:00:00Z")
        #expect(try fixture.story("hourly") == story)
        guard policy == .queue || policy == .replace else { return }
        try fixture.end(first[0], policy == .replace ? .cancelled : .completed)
        #expect(try fixture.ledger.admitWaiting(at: fixture.now, claimer: "boot 1-1-1").claims.map(\.number) == [2])
        let replaced = try fixture.run(first[0])
        if policy == .replace { #expect(replaced.reason == "run 2 replaces it") }
    }

    @Test func aRequirementIsWaitedFor() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("dump")
        try fixture.add("upload") { $0.requirements = [JobRequirement(job: try JobName("dump"))] }
        let claims = try fixture.look(at: "2026-03-02T03:00:00Z")
        #expect(claims.count == 1)
        let waiting = try fixture.store.current(of: try JobName("upload"))[0]
        #expect(waiting.status == .blocked && waiting.blockedBy == "dump" && waiting.blockedSince == fixture.now)
        #expect(waiting.reason == "run 1 of 'dump' has not ended")
        try fixture.end(claims[0], .failed)
        #expect(try fixture.look(at: "2026-03-02T03:05:00Z").isEmpty)
        let blocked = try fixture.store.current(of: try JobName("upload"))[0]
        #expect(blocked.reason == "the last run of 'dump' ended as failed")
        #expect(blocked.blockedSince == waiting.blockedSince)
        let second = try fixture.ledger.start(try JobName("dump"), at: fixture.now, claimer: "boot 1-1-1")
        try fixture.end(try #require(second.claim))
        #expect(try fixture.look(at: "2026-03-02T03:06:00Z").map(\.number) == [waiting.id.number])
    }

    @Test func aRequirementGetsOld() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("dump", "0 1 * * *")
        try fixture.add("upload") {
            $0.requirements = [JobRequirement(job: try JobName("dump"), withinSeconds: 3600)]
        }
        try fixture.look(at: "2026-03-02T01:00:00Z").forEach { try fixture.end($0) }
        #expect(try fixture.look(at: "2026-03-02T03:00:00Z").isEmpty)
        #expect(try fixture.store.current()[0].reason == "the last run of 'dump' ended more than 3600 s ago")
    }

    @Test func disabledAndDeletedRequirementsBlock() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("dump", "0 1 * * *")
        try fixture.add("upload") { $0.requirements = [JobRequirement(job: try JobName("dump"))] }
        try fixture.look(at: "2026-03-02T01:00:00Z").forEach { try fixture.end($0) }
        _ = try fixture.store.setEnabled(try JobName("dump"), false, at: fixture.now)
        #expect(try fixture.look(at: "2026-03-02T03:00:00Z").isEmpty)
        #expect(try fixture.store.current()[0].reason == "job 'dump' is disabled")
        try fixture.store.delete(try JobName("dump"), at: fixture.now)
        try fixture.look(at: "2026-03-02T03:01:00Z")
        #expect(try fixture.store.current()[0].reason == "job 'dump' does not exist")
    }

    @Test func conflictsAreSymmetric() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("scrub", "0 2 * * *") { $0.conflicts = [.resource("pool")] }
        try fixture.add("backup") { $0.conflicts = [.job(try JobName("scrub"))] }
        try fixture.add("trim") { $0.conflicts = [.resource("pool")] }
        let scrub = try fixture.look(at: "2026-03-02T02:00:00Z")
        #expect(try fixture.look(at: "2026-03-02T03:00:00Z").isEmpty)
        let reasons = try fixture.store.current().filter { $0.status == .blocked }.compactMap(\.blockedBy)
        #expect(reasons.sorted() == ["resource:pool", "scrub"])
        // By hand as well, and the other way round.
        let manual = try fixture.ledger.start(try JobName("trim"), at: fixture.now, claimer: "boot 1-1-1")
        #expect(manual.claim == nil && manual.run.status == .blocked && manual.run.isFinal)
        try fixture.end(scrub[0])
        #expect(try fixture.look(at: "2026-03-02T03:01:00Z").count == 2)
        let other = try fixture.ledger.start(try JobName("scrub"), at: fixture.now, claimer: "boot 1-1-1")
        #expect(other.run.status == .blocked)
    }

    @Test func aBlockedRunIsMissedInTheEnd() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("dump", "0 1 1 1 *")
        try fixture.add("upload") {
            $0.requirements = [JobRequirement(job: try JobName("dump"))]
            $0.startWithinSeconds = 900
        }
        try fixture.look(at: "2026-03-02T03:00:00Z")
        try fixture.look(at: "2026-03-02T03:15:01Z")
        let run = try #require(try fixture.store.history(RunQuery(job: try JobName("upload"))).first)
        #expect(run.status == .missed && run.reason == "it could not begin in time: job 'dump' never ran")
        #expect(run.blockedBy == "dump")
    }

    /// Also where a run that ends lets others begin, and nobody has looked since their time was over.
    @Test func whatEndsLetsNothingBeginTooLate() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("scrub", "0 2 * * *") { $0.conflicts = [.resource("pool")] }
        try fixture.add("backup") {
            $0.conflicts = [.resource("pool")]
            $0.startWithinSeconds = 900
        }
        let scrub = try fixture.look(at: "2026-03-02T02:00:00Z")
        try fixture.look(at: "2026-03-02T03:00:00Z")
        try fixture.clock.set("2026-03-02T03:20:00Z")
        try fixture.end(scrub[0])
        #expect(try fixture.ledger.admitWaiting(at: fixture.now, claimer: "boot 1-1-1").claims.isEmpty)
        #expect(try fixture.story("backup") == ["02T03:00 missed"])
    }

    @Test func cyclesAreRefused() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("a")
        try fixture.add("b") { $0.requirements = [JobRequirement(job: try JobName("a"))] }
        try fixture.add("c") { $0.requirements = [JobRequirement(job: try JobName("b"))] }
        let fault = #expect(throws: Fault.self) {
            try fixture.store.update(try JobName("a"), at: fixture.now) {
                $0.requirements = [JobRequirement(job: try JobName("c"))]
            }
        }
        #expect(fault?.kind == .conflict)
        #expect(fault?.message.hasSuffix("a requires c requires b requires a") == true, "\(fault?.message ?? "")")
        #expect(throws: Fault.self) {
            try fixture.add("d") { $0.requirements = [JobRequirement(job: try JobName("d"))] }
        }
        #expect(try fixture.store.job(try JobName("a"))?.definition.requirements.isEmpty == true)
    }

    @Test func placesGoByPriorityAndAge() throws {
        let fixture = try ScheduleFixture()
        var settings = ScheduleSettings()
        settings.maxRunning = 1
        try fixture.store.change(settings)
        try fixture.add("low", "0 3 * * *") { $0.priority = .low }
        try fixture.add("normal")
        try fixture.add("critical") { $0.priority = .critical }
        try fixture.add("late", "35 3 * * *") { $0.priority = .critical }
        var order: [String] = []
        var claims = try fixture.look(at: "2026-03-02T03:00:00Z")
        #expect(try fixture.store.current().filter { $0.status == .pending }.count == 2)
        for _ in 0..<4 {
            let claim = try #require(claims.first)
            order.append(try fixture.run(claim).job.text)
            fixture.clock.advance(seconds: 2100)
            try fixture.end(claim)
            claims = try fixture.look()
        }
        // Ten minutes a level: what waited for 70 minutes goes before what is critical and new.
        #expect(order == ["critical", "normal", "low", "late"])
    }

    @Test func startsByHandNeedNoPlace() throws {
        let fixture = try ScheduleFixture()
        var settings = ScheduleSettings()
        settings.maxRunning = 0
        try fixture.store.change(settings)
        try fixture.add("nightly")
        #expect(try fixture.look(at: "2026-03-02T03:00:00Z").isEmpty)
        try fixture.add("other")
        #expect(try fixture.ledger.start(try JobName("other"), at: fixture.now, claimer: "boot 1-1-1").claim != nil)
        let again = try fixture.ledger.start(try JobName("other"), at: fixture.now, claimer: "boot 1-1-1")
        #expect(again.run.status == .skipped && again.run.isFinal)
    }
}
