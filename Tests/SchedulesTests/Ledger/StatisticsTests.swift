import DebVisorCore
import GRDB
import Storage
import Testing

@testable import Schedules

@Suite struct StatisticsTests {
    /// Twenty runs that took 1 to 20 s and began 100 to 2000 ms late, and what did not go well.
    @Test func ratesAndPercentiles() throws {
        let fixture = try ScheduleFixture()
        let job = try fixture.add("nightly").id
        try fixture.store.store.write("test") { database in
            for number in 1...20 {
                let due = Int64(number) * 86_400_000
                try database.execute(
                    sql: "INSERT INTO slots (id, job_id, scheduled_for) VALUES (?, ?, ?)",
                    arguments: [number, job, due])
                try database.execute(
                    sql: """
                        INSERT INTO runs (job_id, slot_id, attempt, status, rank, due_at, waits, created_at, started_at, ended_at)
                        VALUES (?, ?, 1, 'completed', 0, ?, 0, ?, ?, ?)
                        """,
                    arguments: [
                        job, number, due, due, due + Int64(number) * 100, due + Int64(number) * 1100,
                    ])
            }
            for status in ["failed", "timeout", "lost", "missed", "skipped", "cancelled", "merged"] {
                try database.execute(
                    sql: """
                        INSERT INTO runs (job_id, attempt, status, rank, due_at, waits, created_at, ended_at)
                        VALUES (?, 1, ?, 0, 0, 0, 86400000, 0)
                        """, arguments: [job, status])
            }
        }
        let all = try #require(try fixture.store.statistics(of: try JobName("nightly")).first)
        #expect(all.counts[.completed] == 20 && all.counts.values.reduce(0, +) == 27)
        // What was skipped, cancelled, merged or missed says nothing of how runs go.
        #expect(all.successRate == 20.0 / 23)
        #expect(all.medianDuration == 10_000 && all.p95Duration == 19_000)
        #expect(all.medianLag == 1000 && all.p95Lag == 1900)
        let late = try #require(
            try fixture.store.statistics(since: Timestamp(milliseconds: 11 * 86_400_000)).first)
        #expect(late.successRate == 1 && late.medianDuration == 15_000 && late.p95Lag == 2000)
    }

    @Test func percentilesAreNearestRanks() {
        #expect(ScheduleStore.percentile(50, []) == nil)
        #expect(ScheduleStore.percentile(50, [7]) == 7 && ScheduleStore.percentile(95, [7]) == 7)
        #expect(ScheduleStore.percentile(50, [1, 2, 3, 4]) == 2 && ScheduleStore.percentile(95, [1, 2, 3, 4]) == 4)
        #expect(ScheduleStore.percentile(95, Array(1...100)) == 95)
    }
}
