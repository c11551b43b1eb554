import DebVisorCore
import Platform
import Testing

@testable import Schedules

@Suite struct PlanningTests {
    private func scheduler(_ fixture: ScheduleFixture) -> Scheduler {
        Scheduler(fixture.store, clock: fixture.clock, launcher: RunLauncher(words: ["supervise"]))
    }

    @Test func explainsWhatHappened() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly", zone: "Europe/Berlin")
        try fixture.look(at: "2026-03-02T02:00:00Z").forEach { try fixture.end($0, .failed, exit: 3) }
        let story = try scheduler(fixture).explain(try JobName("nightly"), at: try instant("2026-03-02T12:00:00Z"))
        #expect(story.slot?.rfc3339 == "2026-03-02T03:00:00+01:00" && story.runs.map(\.status) == [.failed])
        #expect(story.sentences[0].hasPrefix("'nightly' is due at 03:00, every day, by the clocks of Europe/Berlin"))
        #expect(story.sentences.last?.contains("ended as failed at 2026-03-02T02:00:00Z") == true, "\(story.sentences)")
        #expect(story.next.first?.rfc3339 == "2026-03-03T03:00:00+01:00" && story.next.count == 5)
    }

    @Test func explainsWhatDidNot() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly")
        let scheduler = scheduler(fixture)
        let name = try JobName("nightly")
        let before = try scheduler.explain(name, at: try instant("2026-03-01T12:00:00Z"))
        #expect(before.sentences.last?.contains("was added at") == true)
        let never = try scheduler.explain(name, at: try instant("2026-03-02T12:00:00Z"))
        #expect(never.sentences.last?.contains("nobody has ever looked") == true, "\(never.sentences)")
        try fixture.look(at: "2026-03-02T01:00:00Z")
        let since = try scheduler.explain(name, at: try instant("2026-03-02T12:00:00Z"))
        #expect(since.sentences.last?.contains("since 2026-03-02T01:00:00Z") == true, "\(since.sentences)")
        try fixture.look(at: "2026-03-05T12:00:00Z")
        let merged = try scheduler.explain(name, at: try instant("2026-03-03T12:00:00Z"))
        #expect(merged.sentences.last?.contains("was merged into run") == true, "\(merged.sentences)")
        let gap = try fixture.add("gap", "30 2 * * *", zone: "Europe/Berlin")
        let moved = try scheduler.explain(gap.name, at: try instant("2026-03-29T12:00:00Z"))
        #expect(moved.sentences[1].contains("02:30 does not exist"), "\(moved.sentences)")
        #expect(throws: Fault.self) { try scheduler.explain(try JobName("none")) }
    }

    @Test func simulates() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("a", "0 * * * *")
        try fixture.add("b", "0 * * * *") { $0.requirements = [JobRequirement(job: try JobName("a"))] }
        try fixture.add("c", "0 * * * *") { $0.conflicts = [.job(try JobName("a"))] }
        let runs = try scheduler(fixture).simulate(
            from: try instant("2026-03-02T00:30:00Z"), to: try instant("2026-03-02T02:30:00Z"))
        let lines = runs.map { "\($0.job) \($0.scheduledFor) \($0.start?.description ?? "-") \($0.status)" }
        #expect(lines.count == 6)
        #expect(lines[0] == "a 2026-03-02T01:00:00Z 2026-03-02T01:00:00Z completed")
        #expect(lines[1] == "b 2026-03-02T01:00:00Z 2026-03-02T01:01:00Z completed")
        #expect(lines[2] == "c 2026-03-02T01:00:00Z 2026-03-02T01:01:00Z completed")
        #expect(try fixture.store.history(RunQuery()).isEmpty)
    }

    @Test func simulatesOverlaps() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("slow", "* * * * *")
        let claim = try fixture.look(at: "2026-03-02T00:01:00Z")[0]
        let process = RunProcess(bootID: "boot", identity: try #require(ProcessIdentity("2-2-2")))
        _ = try fixture.ledger.begin(claim, process, at: fixture.now)
        fixture.clock.advance(seconds: 90)
        try fixture.end(claim)
        let runs = try scheduler(fixture).simulate(
            from: try instant("2026-03-02T01:00:00Z"), to: try instant("2026-03-02T01:03:00Z"))
        #expect(runs.map(\.status) == [.completed, .skipped, .completed, .skipped])
    }

    @Test func lints() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("a", "*/5 * * * *") {
            $0.timeoutSeconds = 600
            $0.retry = RetryPolicy(count: 1, delaySeconds: 300)
        }
        try fixture.add("b", "0 3 * * *", ["/no/such/program"]) {
            $0.conflicts = [.job(try JobName("a"))]
            $0.requirements = [JobRequirement(job: try JobName("a"))]
        }
        for number in 0..<20 { try fixture.add("pile\(number)", "0 3 * * *") }
        try fixture.store.delete(try JobName("a"), at: fixture.now)
        try fixture.add("a", "*/5 * * * *") {
            $0.timeoutSeconds = 600
            $0.retry = RetryPolicy(count: 1, delaySeconds: 300)
            $0.isEnabled = false
        }
        let remarks = try scheduler(fixture).lint()
        let rules = Set(remarks.map { "\($0.job?.text ?? "all") \($0.rule)" })
        for rule in ["a timeout", "a retry", "b broken", "b conflict", "b requirement", "all pileUp"] {
            #expect(rules.contains(rule), "\(rule): \(remarks)")
        }
        #expect(try scheduler(fixture).lint(try JobName("pile3")).isEmpty)
    }
}
