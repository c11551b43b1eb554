package import DebVisorCore
import GRDB
import Storage

extension ScheduleStore {
    /// One for each job that ran since then, by name; or of one job.
    package func statistics(of job: JobName? = nil, since: Timestamp? = nil) throws -> [JobStatistics] {
        try store.read { database in
            let jobs = try Row.fetchAll(
                database,
                sql:
                    "SELECT id, name FROM jobs WHERE deleted_at IS NULL AND (:name IS NULL OR name = :name) ORDER BY name",
                arguments: ["name": job?.text])
            if let job, jobs.isEmpty {
                throw Fault(.notFound, "there is no job '\(job)'", hint: "see 'debvisor schedule list'")
            }
            return try jobs.compactMap { row in
                let statistics = try Self.statistics(of: row[0], JobName(stored: row[1]), since, database)
                return statistics.counts.isEmpty && job == nil ? nil : statistics
            }
        }
    }

    private static func statistics(
        of id: Int64, _ name: JobName, _ since: Timestamp?, _ database: Database
    ) throws -> JobStatistics {
        let arguments: StatementArguments = [id, since?.milliseconds ?? .min]
        var counts: [RunStatus: Int] = [:]
        for row in try Row.fetchAll(
            database,
            sql: "SELECT status, count(*) FROM runs WHERE job_id = ? AND created_at >= ? GROUP BY status",
            arguments: arguments)
        {
            counts[try JobRow.word(row[0])] = row[1]
        }
        let durations = try Int64.fetchAll(
            database,
            sql: """
                SELECT ended_at - started_at AS length FROM runs
                WHERE job_id = ? AND created_at >= ? AND status = 'completed' AND started_at IS NOT NULL ORDER BY length
                """, arguments: arguments)
        let lags = try Int64.fetchAll(
            database,
            sql: """
                SELECT started_at - due_at AS lag FROM runs
                WHERE job_id = ? AND created_at >= ? AND slot_id IS NOT NULL AND started_at IS NOT NULL ORDER BY lag
                """, arguments: arguments)
        let outcomes = [.completed, .failed, .timeout, .lost].reduce(0) { $0 + counts[$1, default: 0] }
        return JobStatistics(
            job: name, counts: counts,
            successRate: outcomes > 0 ? Double(counts[.completed, default: 0]) / Double(outcomes) : nil,
            medianDuration: percentile(50, durations), p95Duration: percentile(95, durations),
            medianLag: percentile(50, lags), p95Lag: percentile(95, lags))
    }

    /// Of ascending numbers, by the nearest rank.
    static func percentile(_ percent: Int, _ sorted: [Int64]) -> Int64? {
        sorted.isEmpty ? nil : sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
    }
}
