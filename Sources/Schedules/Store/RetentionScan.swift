import DebVisorCore
import GRDB

/// What exceeds the retention. The newest outcome of a job that was not deleted, and whatever is not final, stays.
struct RetentionScan {
    struct Surplus: Sendable {
        var number: Int64
        var slot: Int64?
        var keptBytes: Int64
        /// Its time is not to be issued again.
        var isSettled: Bool

        init(_ row: Row) { (number, slot, keptBytes, isSettled) = (row[0], row[1], row[2], row[3]) }
    }

    private let limits: RunRetention
    private let now: Int64
    /// At most so many runs go at a time.
    static let batch = 50_000

    init(_ limits: RunRetention, _ time: Timestamp) {
        self.limits = limits
        now = time.milliseconds
    }

    func runs(_ database: Database) throws -> [Surplus] {
        var surplus: [Int64: Surplus] = [:]
        for row in try Row.fetchAll(database, sql: "SELECT id, deleted_at IS NULL FROM jobs") {
            let job: Int64 = row[0]
            for one in try surplusRuns(of: job, isDeleted: !row[1], database) { surplus[one.number] = one }
            if surplus.count > Self.batch { break }
        }
        return surplus.values.sorted { $0.number < $1.number }
    }

    /// Statements are kept, for there may be ten thousand jobs.
    private func surplusRuns(of job: Int64, isDeleted: Bool, _ database: Database) throws -> [Surplus] {
        let oldest = try limits.runsPerJob.flatMap { count in
            try Int64.fetchOne(
                database.cachedStatement(
                    sql: "SELECT id FROM runs WHERE job_id = ? ORDER BY id DESC LIMIT 1 OFFSET ?"),
                arguments: [job, count])
        }
        let edge = limits.ageSeconds.map { now - Int64($0) * 1000 }
        guard oldest != nil || edge != nil else { return [] }
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, slot_id, kept_bytes, status NOT IN ('missed', 'merged', 'skipped')
                FROM runs INDEXED BY runs_of_job
                WHERE job_id = ? AND ended_at IS NOT NULL AND untold IS NULL AND (id <= ? OR ended_at < ?)
                ORDER BY id LIMIT \(Self.batch)
                """)
        let found = try Row.fetchAll(statement, arguments: [job, oldest ?? 0, edge ?? .min]).map(Surplus.init)
        guard !found.isEmpty, !isDeleted, let newest = try newestOutcome(of: job, database) else { return found }
        return found.filter { $0.number != newest }
    }

    private func newestOutcome(of job: Int64, _ database: Database) throws -> Int64? {
        try Int64.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT max(id) FROM runs INDEXED BY runs_of_job_and_status WHERE job_id = ?
                        AND status IN ('completed', 'failed', 'timeout', 'lost', 'cancelled')
                    """), arguments: [job])
    }

    func outputs(_ database: Database) throws -> [Surplus] {
        guard let limit = limits.outputBytes else { return [] }
        var total: Int64 = 0
        var surplus: [Surplus] = []
        // One after another: there may be a million.
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT id, slot_id, kept_bytes, 0 FROM runs INDEXED BY runs_with_output WHERE kept_bytes > 0
                ORDER BY id DESC
                """)
        while let row = try rows.next(), surplus.count < Self.batch {
            total += row[2] as Int64
            if total > limit { surplus.append(Surplus(row)) }
        }
        return surplus
    }
}
