import DebVisorCore
import GRDB
import Storage
import Testing

@testable import Schedules

/// What ended is handed out once, in the order in which it ended.
@Suite struct EndingTests {
    @Test func everyEndIsThere() throws {
        let fixture = try ScheduleFixture()
        #expect(try fixture.store.endings() == nil)
        try fixture.add("a", "0 3 * * *")
        try fixture.add("b", "0 4 * * *")
        let first = try fixture.look(at: "2026-03-02T03:00:00Z")
        #expect(try fixture.store.endings() == nil)
        let second = try fixture.look(at: "2026-03-02T04:00:00Z")
        fixture.clock.advance(seconds: 5)
        for claim in second { try fixture.end(claim, .failed, exit: 3) }
        fixture.clock.advance(seconds: 5)
        for claim in first { try fixture.end(claim) }
        let found = try #require(try fixture.store.endings())
        #expect(found.endings.map(\.job.text) == ["b", "a"] && found.endings.map(\.status) == [.failed, .completed])
        #expect(found.endings.map(\.number) == [1, 2] && found.newest == 2)
        #expect(found.endings.allSatisfy { $0.endedAt <= fixture.now })
        try fixture.store.forgetEndings(upTo: 1)
        #expect(try fixture.store.endings()?.endings.map(\.number) == [2])
        try fixture.store.forgetEndings(upTo: 2)
        #expect(try fixture.store.endings() == nil)
        // No number is given twice.
        for claim in try fixture.look(at: "2026-03-03T03:00:00Z") { try fixture.end(claim) }
        #expect(try fixture.store.endings()?.endings.map(\.number) == [3])
        #expect(try fixture.store.lastEnding().number == 3)
    }

    @Test func whatNeverRanIsThereToo() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("a", "0 3 * * *") { $0.misfire = .skip }
        let claims = try fixture.look(at: "2026-03-05T12:00:00Z")
        #expect(claims.isEmpty)
        let story = try fixture.story("a")
        let endings = try fixture.store.endings()?.endings ?? []
        #expect(endings.count == story.count && !endings.isEmpty, "\(story)")
        #expect(endings.allSatisfy { $0.status == .missed && $0.startedAt == nil })
    }

    @Test func aBoundedNumberIsKept() throws {
        let fixture = try ScheduleFixture()
        try fixture.add("a", "0 3 * * *")
        try fixture.store.store.write("test") { database in
            try database.execute(
                sql: """
                    INSERT INTO runs (job_id, attempt, status, rank, due_at, waits, created_at, ended_at)
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10500)
                    SELECT 1, 1, 'missed', 0, i, 0, i, i FROM n
                    """)
        }
        var count = 0
        while let found = try fixture.store.endings(), let last = found.endings.last {
            #expect(found.endings.count <= 1000 && found.newest == 10_500)
            count += found.endings.count
            try fixture.store.forgetEndings(upTo: last.number)
        }
        #expect(count == 10_000)
    }
}
