import DebVisorCore
import GRDB
import Glibc
import Storage
import Testing

@testable import Schedules

@Suite(.serialized) struct LedgerSpeedTests {
    @Test func tenThousandJobsAreClaimedAtOnce() throws {
        let fixture = try ScheduleFixture()
        var settings = ScheduleSettings()
        settings.maxRunning = 100_000
        try fixture.store.change(settings)
        let template = try fixture.add("job0", "0 3 * * *", zone: "Europe/Berlin")
        try fixture.store.store.write("test") { database in
            let columns = JobRow.columns.dropFirst().joined(separator: ", ")
            try database.execute(
                sql: """
                    INSERT INTO jobs (name, \(columns), created_at, changed_at, settled_until, next_due)
                    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 9999)
                    SELECT 'job' || n, \(columns), created_at, changed_at, settled_until, next_due FROM jobs, number
                    WHERE jobs.id = ?
                    """, arguments: [template.id])
        }
        var next: Timestamp?
        let quiet = try Self.time { next = try fixture.ledger.outlook(at: fixture.now).next }
        var claims = 0
        let claiming = try Self.time { claims = try fixture.look(at: "2026-03-02T02:00:00Z").count }
        #expect(next != nil && claims == 10_000)
        if getenv("SOAK") != nil { print("10,000 claims: \(claiming); nothing due: \(quiet)") }
    }

    @Test func aPageOfALongHistoryIsFound() throws {
        let fixture = try ScheduleFixture()
        let count = getenv("SOAK") == nil ? 100_000 : 1_000_000
        let jobs = try (0..<20).map { try fixture.add("job\($0)").id }
        try fixture.store.store.write("test") { database in
            try database.execute(
                sql: """
                    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(count))
                    INSERT INTO runs (job_id, attempt, status, rank, due_at, waits, created_at, started_at, ended_at)
                    SELECT n % 20 + 1, 1, CASE WHEN n % 1000 = 7 THEN 'failed' ELSE 'completed' END, n, n * 1000, 0,
                        n * 1000, n * 1000, n * 1000 + 500 FROM number
                    """)
        }
        #expect(jobs.count == 20)
        var queries = [RunQuery(), RunQuery(job: try JobName("job7"))]
        queries[0].since = Timestamp(milliseconds: Int64(count) * 999)
        for job in [nil, try JobName("job7")] {
            var query = RunQuery(job: job)
            query.statuses = [.failed, .lost, .timeout, .missed]
            queries.append(query)
            query.since = Timestamp(milliseconds: Int64(count) * 500)
            query.until = Timestamp(milliseconds: Int64(count) * 600)
            queries.append(query)
        }
        for query in queries {
            var found = 0
            let time = try Self.time { found = try fixture.store.history(query).count }
            #expect(found > 0, "\(query)")
            if getenv("SOAK") != nil { print("history over \(count): \(time)") }
        }
    }

    private static func time(_ body: () throws -> Void) rethrows -> Duration {
        let start = ContinuousClock.now
        try body()
        return ContinuousClock.now - start
    }
}
