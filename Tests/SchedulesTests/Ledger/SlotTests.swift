import DebVisorCore
import Testing

@testable import Schedules

@Suite struct SlotTests {
    @Test func aDueSlotIsClaimedOnce() throws {
        let fixture = try ScheduleFixture()
        let job = try fixture.add("nightly")
        #expect(job.nextExecution == (try instant("2026-03-02T03:00:00Z")))
        #expect(try fixture.look(at: "2026-03-02T02:59:59Z").isEmpty)
        let claims = try fixture.look(at: "2026-03-02T03:00:00Z")
        #expect(claims.count == 1)
        #expect(try fixture.look(at: "2026-03-02T03:00:01Z").isEmpty)
        #expect(try fixture.store.job(job.name)?.nextExecution == (try instant("2026-03-03T03:00:00Z")))
        try fixture.end(claims[0])
        #expect(try fixture.story("nightly") == ["02T03:00 completed"])
        #expect(try fixture.end(claims[0], .failed) == nil)
    }

    @Test(arguments: [
        (MisfirePolicy.skip, ["02T01:00 missed", "02T02:00 missed", "02T03:00 running"]),
        (.once, ["02T01:00 merged 3", "02T02:00 merged 3", "02T03:00 running"]),
        (.all, ["02T01:00 running", "02T02:00 pending", "02T03:00 pending"]),
    ])
    func missedSlots(policy: MisfirePolicy, story: [String]) throws {
        let fixture = try ScheduleFixture()
        try fixture.add("hourly", "0 * * * *") { $0.misfire = policy }
        try fixture.look(at: "2026-03-02T03:01:00Z")
        #expect(try fixture.story("hourly") == story)
    }

    @Test func allIsBounded() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("hourly", "0 * * * *") { $0.misfire = .all }
        try fixture.look(at: "2026-03-05T00:00:30Z")
        let story = try fixture.story("hourly")
        #expect(story.count == 72)
        #expect(story.filter { $0.hasSuffix("missed") }.count == 72 - Ledger.catchUpLimit)
    }

    @Test func aYearOfMissedMinutesIsBounded() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("minutely", "* * * * *")
        let start = ContinuousClock.now
        try fixture.look(at: "2027-03-02T00:00:30Z")
        #expect(ContinuousClock.now - start < .seconds(1))
        var query = RunQuery(job: try JobName("minutely"))
        query.limit = 10_000
        let runs = try fixture.store.history(query)
        #expect(runs.count == Ledger.recordLimit + 1)
        #expect(runs.last?.status == .missed)
        #expect(runs.filter { $0.status == .merged }.allSatisfy { $0.mergedInto == runs.first { !$0.isFinal }?.id })
        #expect(try fixture.look(at: "2027-03-02T00:00:50Z").isEmpty)
    }

    @Test func startWithinMisses() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly") { $0.startWithinSeconds = 600 }
        #expect(try fixture.look(at: "2026-03-02T03:10:01Z").isEmpty)
        #expect(try fixture.story("nightly") == ["02T03:00 missed"])
        #expect(try fixture.look(at: "2026-03-03T03:09:59Z").count == 1)
    }

    @Test func theClockSetBackIssuesNothingTwice() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("hourly", "0 * * * *") { $0.overlap = .allow }
        for hour in 1...9 { try fixture.look(at: "2026-03-02T0\(hour):00:00Z").forEach { try fixture.end($0) } }
        // Set back by seven hours: 03:00 to 09:00 come again, and are settled.
        for hour in 2...9 {
            #expect(try fixture.look(at: "2026-03-02T0\(hour):00:05Z").isEmpty)
        }
        #expect(try fixture.look(at: "2026-03-02T10:00:05Z").count == 1)
        #expect(try fixture.story("hourly").count == 10)
        #expect(try fixture.store.events().map(\.kind) == [.clockSetBack])
    }

    @Test func aClockThatWasAheadByAYearIsForgiven() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly") { $0.overlap = .allow }
        try fixture.look(at: "2027-03-02T03:00:00Z")
        #expect(try fixture.look(at: "2026-03-02T04:00:00Z").isEmpty)
        #expect(
            try fixture.look(at: "2026-03-03T03:00:00Z").isEmpty == false
                || fixture.story("nightly").contains { $0.hasPrefix("03T03:00") })
    }

    @Test func jitterIsFixedAndAdded() throws {
        let fixture = try ScheduleFixture()
        let job = try fixture.add("nightly") { $0.jitterSeconds = 1800 }
        let jitter = JobTiming.jitter(of: "nightly", upTo: 1800)
        #expect((0...1800).contains(jitter))
        #expect(job.nextExecution == (try instant("2026-03-02T03:00:00Z")).adding(milliseconds: jitter * 1000))
        #expect(Set((0..<50).map { JobTiming.jitter(of: "job\($0)", upTo: 1800) }).count > 40)
        fixture.clock.advance(seconds: 3 * 3600 + jitter)
        #expect(try fixture.look().count == 1)
        #expect(try fixture.story("nightly") == ["02T03:00 running"])
    }

    @Test func disablingForgetsWhatPasses() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("hourly", "0 * * * *")
        let name = try JobName("hourly")
        #expect(try fixture.store.setEnabled(name, false, at: fixture.now).nextExecution == nil)
        #expect(try fixture.look(at: "2026-03-02T05:00:00Z").isEmpty)
        _ = try fixture.store.setEnabled(name, true, at: fixture.now)
        #expect(try fixture.look(at: "2026-03-02T06:00:00Z").count == 1)
        #expect(try fixture.story("hourly") == ["02T06:00 running"])
    }

    @Test func daylightSavingIsFollowed() throws {
        let fixture = try ScheduleFixture(at: "2026-03-28T12:00:00Z")
        let job = try fixture.add("gap", "30 2 * * *", zone: "Europe/Berlin")
        #expect(job.nextExecution == (try instant("2026-03-29T01:00:00Z")))
        #expect(try fixture.look(at: "2026-03-29T01:00:00Z").count == 1)
        #expect(try fixture.store.job(job.name)?.nextExecution == (try instant("2026-03-30T00:30:00Z")))
    }
}
