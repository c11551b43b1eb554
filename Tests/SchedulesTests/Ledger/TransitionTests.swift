import DebVisorCore
import Platform
import Testing

@testable import Schedules

@Suite struct TransitionTests {
    @Test func retriesAreRows() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly") {
            $0.retry = RetryPolicy(count: 2, delaySeconds: 60, maxDelaySeconds: 90, codes: [1, 75])
        }
        var claims = try fixture.look(at: "2026-03-02T03:00:00Z")
        try fixture.end(claims[0], .failed, exit: 75)
        let failed = try fixture.run(claims[0])
        let delay = try #require(failed.nextAttemptAt).milliseconds - fixture.now.milliseconds
        #expect((54_000...66_000).contains(delay))
        #expect(try fixture.look(at: "2026-03-02T03:00:50Z").isEmpty)
        claims = try fixture.look(at: "2026-03-02T03:01:10Z")
        try fixture.end(claims[0], .failed, exit: 1)
        claims = try fixture.look(at: "2026-03-02T03:02:55Z")
        try fixture.end(claims[0], .failed, exit: 1)
        #expect(try fixture.look(at: "2026-03-02T04:00:00Z").isEmpty)
        #expect(try fixture.story("nightly") == ["02T03:00 failed", "02T03:00 #2 failed", "02T03:00 #3 failed"])
    }

    @Test(arguments: [
        (RunResult.Outcome.failed, 2 as Int32?, false), (.failed, 75, true), (.timeout, nil, false),
        (.cancelled, nil, false), (.completed, 0, false), (.lost, nil, false),
    ])
    func onlySomeEndsAreRetried(outcome: RunResult.Outcome, exit: Int32?, isRetried: Bool) throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly") { $0.retry = RetryPolicy(count: 1, codes: [75]) }
        let claims = try fixture.look(at: "2026-03-02T03:00:00Z")
        try fixture.end(claims[0], outcome, exit: exit)
        #expect(try fixture.store.current().count == (isRetried ? 1 : 0))
    }

    @Test func theNextSlotEndsRetrying() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("hourly", "0 * * * *") {
            $0.retry = RetryPolicy(count: 5, delaySeconds: 7000, maxDelaySeconds: 7000)
        }
        try fixture.end(try fixture.look(at: "2026-03-02T01:00:00Z")[0], .failed, exit: 1)
        try fixture.look(at: "2026-03-02T02:00:00Z")
        #expect(try fixture.story("hourly") == ["02T01:00 failed", "02T01:00 #2 merged 3", "02T02:00 running"])
    }

    @Test(arguments: [(RunPromise.atMostOnce, 0), (.atLeastOnce, 1)])
    func whatIsLostIsRepeatedOnlyIfPromised(promise: RunPromise, attempts: Int) throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly") { $0.promise = promise }
        try fixture.end(try fixture.look(at: "2026-03-02T03:00:00Z")[0], .lost)
        #expect(try fixture.look(at: "2026-03-02T03:01:00Z").count == attempts)
    }

    /// What takes the host down is not begun at once for ever.
    @Test func whatIsLostAgainAndAgainWaitsLongerEachTime() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly") {
            $0.promise = .atLeastOnce
            $0.retry = RetryPolicy(delaySeconds: 60, maxDelaySeconds: 3600)
        }
        var claims = try fixture.look(at: "2026-03-02T03:00:00Z")
        var delays: [Int64] = []
        for _ in 0..<8 {
            try fixture.end(try #require(claims.first), .lost)
            let next = try #require(try fixture.store.current().first)
            delays.append((next.dueAt.milliseconds - fixture.now.milliseconds) / 1000)
            fixture.clock.advance(seconds: delays[delays.count - 1] + 1)
            claims = try fixture.look()
        }
        #expect(delays[0] == 0)
        for (delay, wanted) in zip(delays.dropFirst(), [60, 120, 240, 480, 960, 1920, 3600]) {
            #expect((wanted * 9 / 10...wanted * 11 / 10).contains(Int(delay)), "\(delays)")
        }
    }

    @Test func anOldClaimChangesNothing() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly")
        let first = try fixture.look(at: "2026-03-02T03:00:00Z")[0]
        try fixture.end(first, .notStarted)
        #expect(try fixture.story("nightly") == ["02T03:00 pending"])
        let second = try fixture.look(at: "2026-03-02T03:01:00Z")[0]
        #expect(second.number == first.number && second.claim == first.claim + 1)
        #expect(try fixture.end(first, .failed) == nil)
        let process = RunProcess(bootID: "boot", identity: try #require(ProcessIdentity("2-2-2")))
        #expect(try fixture.ledger.begin(first, process, at: fixture.now) == .notOurs)
        #expect(try fixture.ledger.begin(second, process, at: fixture.now) == .go)
        #expect(try fixture.run(second).process == process)
        try fixture.end(second)
        #expect(try fixture.story("nightly") == ["02T03:00 completed"])
    }

    /// Recovery saw a run that had not begun, and its claimer gone; meanwhile it begins. It must not begin twice.
    @Test func whatBeganWhileItWasLookedAtGoesOn() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly")
        let claim = try fixture.look(at: "2026-03-02T03:00:00Z")[0]
        let seen = try #require(try fixture.ledger.running(claim.number).first)
        #expect(seen.process == nil)
        let process = RunProcess(bootID: "boot", identity: try #require(ProcessIdentity("2-2-2")))
        #expect(try fixture.ledger.begin(claim, process, at: fixture.now) == .go)
        #expect(try fixture.ledger.settle(seen, .neverStarted, at: fixture.now) == nil)
        let run = try fixture.run(claim)
        #expect(run.status == .running && run.process == process && run.startedAt == fixture.now)
        #expect(try fixture.look(at: "2026-03-02T03:01:00Z").isEmpty)
        try fixture.end(claim)
        #expect(try fixture.story("nightly") == ["02T03:00 completed"])
    }

    /// The other way round: it was given up first, and whoever began it finds that it does not hold it any more.
    @Test func whatWasGivenUpDoesNotBegin() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly")
        let claim = try fixture.look(at: "2026-03-02T03:00:00Z")[0]
        let seen = try #require(try fixture.ledger.running(claim.number).first)
        #expect(try fixture.ledger.settle(seen, .neverStarted, at: fixture.now) == nil)
        let process = RunProcess(bootID: "boot", identity: try #require(ProcessIdentity("2-2-2")))
        #expect(try fixture.ledger.begin(claim, process, at: fixture.now) == .notOurs)
        #expect(try fixture.look(at: "2026-03-02T03:01:00Z").map(\.claim) == [claim.claim + 1])
    }

    @Test func whatCannotBeStartedIsToldOnce() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly")
        for minute in 0..<3 {
            let claim = try fixture.look(at: "2026-03-02T03:0\(minute):00Z")[0]
            let result = RunResult(
                claim: claim.claim, .notStarted, endedAt: fixture.now.milliseconds, reason: "no more processes")
            #expect(try fixture.ledger.finish(claim.number, result, at: fixture.now) == nil)
            #expect(try fixture.look().isEmpty, "it is tried again after some seconds, not at once")
        }
        #expect(try fixture.store.events().map(\.kind) == [.broken])
        #expect(try fixture.store.events()[0].text == "run 1 of 'nightly' cannot be started: no more processes")
        #expect(try fixture.story("nightly") == ["02T03:00 pending"])
    }

    @Test func cancelling() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly") { $0.retry = RetryPolicy(count: 3) }
        let claim = try fixture.look(at: "2026-03-02T03:00:00Z")[0]
        #expect(try fixture.ledger.cancel(claim.number, "enough", at: fixture.now).status == .running)
        let process = RunProcess(bootID: "boot", identity: try #require(ProcessIdentity("2-2-2")))
        #expect(try fixture.ledger.begin(claim, process, at: fixture.now) == .cancelled)
        try fixture.end(claim, .notStarted)
        let run = try fixture.run(claim)
        #expect(run.status == .cancelled && run.reason == "enough")
        #expect(throws: Fault.self) { try fixture.ledger.cancel(claim.number, "again", at: fixture.now) }
        #expect(try fixture.store.current().isEmpty)
    }

    @Test func theDeadManSpeaksOnce() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly") { $0.alertAfterSeconds = 90_000 }
        try fixture.end(try fixture.look(at: "2026-03-02T03:00:00Z")[0], .failed)
        try fixture.look(at: "2026-03-03T01:00:01Z")
        try fixture.look(at: "2026-03-03T02:00:01Z")
        #expect(try fixture.store.events().map(\.kind) == [.overdue])
        try fixture.end(try fixture.look(at: "2026-03-03T03:00:00Z")[0], .completed)
        #expect(try fixture.store.events().map(\.kind) == [.recovered, .overdue])
    }

    @Test func troublesAreToldUntilAcknowledged() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly")
        try fixture.end(try fixture.look(at: "2026-03-02T03:00:00Z")[0], .failed, exit: 3)
        var report = RunDueReport()
        (report.troubles, report.events) = try fixture.store.untold()
        #expect(report.troubles.map(\.exitCode) == [3])
        try fixture.store.acknowledge(report)
        #expect(try fixture.store.untold().0.isEmpty)
    }

    @Test func retryByHand() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly")
        let claim = try fixture.look(at: "2026-03-02T03:00:00Z")[0]
        #expect(throws: Fault.self) { try fixture.ledger.retry(claim.number, at: fixture.now, claimer: "boot 1-1-1") }
        try fixture.end(claim, .failed)
        let second = try fixture.ledger.retry(claim.number, at: fixture.now, claimer: "boot 1-1-1")
        #expect(second.claim != nil && second.run.attempt == 2)
        try fixture.end(try #require(second.claim))
        #expect(try fixture.story("nightly") == ["02T03:00 failed", "02T03:00 #2 completed"])
    }
}
