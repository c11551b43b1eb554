import DebVisorCore
import GRDB
import Platform
import Storage
import Testing

@testable import Schedules

@Suite struct RetentionTests {
    private func history(_ fixture: ScheduleFixture, days: Int) throws {
        try fixture.add("nightly")
        for day in 2..<2 + days {
            for claim in try fixture.look(at: "2026-03-\(day < 10 ? "0" : "")\(day)T03:00:00Z") {
                let files = RunFiles(claim.number, in: fixture.state)
                try files.create()
                try DurableFile.write([1, 2, 3], to: files.spool(.output), "test")
                files.tidyUp(keepingOutput: true)
                var result = RunResult(claim: claim.claim, .completed, endedAt: fixture.now.milliseconds)
                result.keptBytes = 1000
                _ = try fixture.ledger.finish(claim.number, result, at: fixture.now)
            }
        }
    }

    @Test func byCount() throws {
        let fixture = try ScheduleFixture()
        try history(fixture, days: 10)
        var settings = ScheduleSettings()
        settings.retention.runsPerJob = 3
        try fixture.store.change(settings)
        #expect(try fixture.store.settings() == settings)
        #expect(try fixture.store.applyRetention(at: fixture.now) == (7, 7000))
        #expect(try fixture.story("nightly").count == 3)
        #expect(try Directory.names(in: fixture.state.file(RunFiles.folder)) == ["10", "8", "9", "active"])
        #expect(try fixture.store.applyRetention(at: fixture.now) == (0, 0))
    }

    @Test func byAgeButTheNewestStays() throws {
        let fixture = try ScheduleFixture()
        try history(fixture, days: 4)
        var settings = ScheduleSettings()
        settings.retention.ageSeconds = 86_400
        try fixture.store.change(settings)
        fixture.clock.advance(seconds: 30 * 86_400)
        #expect(try fixture.store.applyRetention(at: fixture.now).runs == 3)
        #expect(try fixture.story("nightly") == ["05T03:00 completed"])
    }

    @Test func byBytesOnlyOutputGoes() throws {
        let fixture = try ScheduleFixture()
        try history(fixture, days: 5)
        var settings = ScheduleSettings()
        settings.retention.outputBytes = 2500
        try fixture.store.change(settings)
        #expect(try fixture.store.applyRetention(at: fixture.now) == (0, 3000))
        #expect(try fixture.story("nightly").count == 5)
        #expect(try Directory.names(in: fixture.state.file(RunFiles.folder)) == ["4", "5", "active"])
    }

    @Test func aDeletedJobGoesWithItsLastRun() throws {
        let fixture = try ScheduleFixture()
        try history(fixture, days: 3)
        try fixture.store.delete(try JobName("nightly"), at: fixture.now)
        #expect(try fixture.store.applyRetention(at: fixture.now) == (0, 0))
        fixture.clock.advance(seconds: 91 * 86_400)
        #expect(try fixture.store.applyRetention(at: fixture.now) == (3, 3000))
        let rows = try fixture.store.store.read { database in
            try ["jobs", "slots", "runs"].map { try Int.fetchOne(database, sql: "SELECT count(*) FROM \($0)") }
        }
        #expect(rows == [0, 0, 0])
    }

    @Test func aSlotThatIsForgottenIsNotIssuedAgain() throws {
        let fixture = try ScheduleFixture()
        try history(fixture, days: 3)
        var settings = ScheduleSettings()
        settings.retention.runsPerJob = 1
        try fixture.store.change(settings)
        _ = try fixture.store.applyRetention(at: fixture.now)
        #expect(try fixture.look(at: "2026-03-04T03:00:30Z").isEmpty)
    }
}
