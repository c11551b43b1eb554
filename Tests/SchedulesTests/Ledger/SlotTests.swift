import DebVisorCore
import GRDB
import Storage
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
        try fixture.look(at: "2027-03-02T00:00:30Z")
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

    /// It wrote a year of nights off, which never ran; they run when they come. What ran is not repeated.
    @Test func aClockThatWasAheadByAYearIsForgiven() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("nightly") { $0.alertAfterSeconds = 90_000 }
        try fixture.look(at: "2027-03-02T03:00:00Z").forEach { try fixture.end($0) }
        #expect(try fixture.look(at: "2026-03-02T04:00:00Z").isEmpty)
        try fixture.look(at: "2026-03-03T03:00:00Z").forEach { try fixture.end($0) }
        #expect(Array(try fixture.story("nightly").suffix(2)) == ["02T03:00 completed", "03T03:00 completed"])
        // The dead man watches the days that come, not those of next year.
        try fixture.look(at: "2026-03-03T04:00:00Z")
        try fixture.store.store.write("test") { try $0.execute(sql: "UPDATE jobs SET next_due = NULL") }
        try fixture.look(at: "2026-03-04T04:00:01Z")
        #expect(try fixture.store.events().first?.kind == .overdue)
        try fixture.store.store.write("test") { try $0.execute(sql: "UPDATE jobs SET next_due = 1") }
        #expect(try fixture.look(at: "2027-03-02T03:00:00Z").isEmpty)
    }

    /// As it was after a day of work, with a retention that has forgotten most of it.
    @Test func theClockSetBackByADayRepeatsNothingThatWasForgotten() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("hourly", "0 * * * *")
        var settings = ScheduleSettings()
        settings.retention.runsPerJob = 2
        try fixture.store.change(settings)
        for hour in 0...23 {
            fixture.clock.advance(seconds: 3600)
            try fixture.look().forEach { try fixture.end($0) }
            #expect(try fixture.store.history(RunQuery()).first?.status == .completed, "\(hour)")
        }
        #expect(try fixture.store.applyRetention(at: fixture.now).runs == 22)
        fixture.clock.advance(seconds: -86_400)
        for _ in 0...23 {
            #expect(try fixture.look().isEmpty)
            fixture.clock.advance(seconds: 3600)
        }
        fixture.clock.advance(seconds: 3600)
        #expect(try fixture.look().count == 1)
        #expect(try fixture.store.events().map(\.text).contains { $0.contains("set back by 86400 s") })
    }

    @Test(arguments: ["0,30 2 * * *", "*/30 2 * * *", "0 2,3 * * *"]) func timesInAGapAreMerged(cron: String) throws {
        let fixture = try ScheduleFixture(at: "2026-03-28T12:00:00Z")
        try fixture.add("gap", cron, zone: "Europe/Berlin")
        #expect(try fixture.look(at: "2026-03-29T01:00:00Z").count == (cron.hasPrefix("*") ? 0 : 1))
        #expect(try fixture.look(at: "2026-03-29T01:30:00Z").isEmpty)
        let runs = try fixture.store.history(RunQuery())
        switch cron {
        case "0,30 2 * * *": #expect(runs.map(\.mergedTimes) == [["2026-03-29 02:00", "2026-03-29 02:30"]])
        case "0 2,3 * * *": #expect(runs.map(\.mergedTimes) == [["2026-03-29 02:00"]])
        default: #expect(runs.isEmpty)
        }
        #expect(runs.allSatisfy { $0.status == .running })
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

    /// Every time is on record, also one that passed unseen before the job forgot it.
    @Test(arguments: ["changed", "disabled", "deleted"]) func whatPassedBeforeAChangeIsMissed(word: String) throws {
        let fixture = try ScheduleFixture()
        try fixture.add("hourly", "0 * * * *")
        let name = try JobName("hourly")
        try fixture.look(at: "2026-03-02T01:00:00Z").forEach { try fixture.end($0) }
        try fixture.clock.set("2026-03-02T03:30:00Z")
        switch word {
        case "changed":
            _ = try fixture.store.update(name, at: fixture.now) { $0.expression = try CronExpression("@daily") }
        case "disabled": _ = try fixture.store.setEnabled(name, false, at: fixture.now)
        default: try fixture.store.delete(name, at: fixture.now)
        }
        #expect(try fixture.story("hourly") == ["02T01:00 completed", "02T02:00 missed", "02T03:00 missed"])
        #expect(
            try fixture.store.history(RunQuery())[0].reason
                == "nobody looked for due jobs before the job was \(word)")
        #expect(try fixture.store.untold().0.count == (word == "deleted" ? 0 : 2))
        #expect(try fixture.look(at: "2026-03-02T04:00:00Z").isEmpty)
    }

    @Test func daylightSavingIsFollowed() throws {
        let fixture = try ScheduleFixture(at: "2026-03-28T12:00:00Z")
        let job = try fixture.add("gap", "30 2 * * *", zone: "Europe/Berlin")
        #expect(job.nextExecution == (try instant("2026-03-29T01:00:00Z")))
        #expect(try fixture.look(at: "2026-03-29T01:00:00Z").count == 1)
        #expect(try fixture.store.job(job.name)?.nextExecution == (try instant("2026-03-30T00:30:00Z")))
    }
}
