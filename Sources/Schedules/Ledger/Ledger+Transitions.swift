import DebVisorCore
import GRDB
import Platform
import Storage

extension Ledger {
    /// What `begin` found.
    enum Beginning: Sendable { case go, cancelled, notOurs }

    /// Notes which process a claimed run is, before its command may run.
    func begin(_ claim: Claim, _ process: RunProcess, at now: Timestamp) throws -> Beginning {
        try store.store.write("ledger-start") { database in
            let row = try Row.fetchOne(
                database, sql: "SELECT cancel_reason FROM runs WHERE id = ? AND status = 'running' AND claim = ?",
                arguments: [claim.number, claim.claim])
            guard let row else { return .notOurs }
            guard row[0] == nil else { return .cancelled }
            try database.execute(
                sql: "UPDATE runs SET boot_id = ?, process = ?, started_at = ? WHERE id = ?",
                arguments: [process.bootID, process.identity.description, now.milliseconds, claim.number])
            try database.execute(
                sql: "UPDATE jobs SET last_started_at = ? WHERE id = (SELECT job_id FROM runs WHERE id = ?)",
                arguments: [now.milliseconds, claim.number])
            return .go
        }
    }

    /// What the end of a run leaves to do.
    struct Ending: Sendable {
        var run: JobRun
        /// The job's command for failures, if this was one and no attempt follows.
        var onFailure: String?
    }

    /// Makes a running run final, or pending again if its command never ran. Nil if the claim does not hold it any more.
    ///
    /// - Parameter ifNotBegun: leaves a run alone that has begun by now, whatever was seen of it before.
    func finish(
        _ number: Int64, _ result: RunResult, ifNotBegun: Bool = false, at now: Timestamp
    ) throws -> Ending? {
        try store.store.write("ledger-finish") { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT runs.*, jobs.retries, retry_delay, retry_max_delay, retry_codes, promise, priority,
                        alert_after, is_overdue, on_failure, deleted_at, jobs.name
                    FROM runs JOIN jobs ON jobs.id = job_id
                    WHERE runs.id = ? AND status = 'running' AND claim = ? AND (process IS NULL OR NOT ?)
                    """, arguments: [number, result.claim, ifNotBegun])
            guard let row else { return nil }
            let cancelReason: String? = row["cancel_reason"]
            var result = result
            if result.outcome == .notStarted {
                guard cancelReason != nil else {
                    try Self.reopen(number, result, now, database)
                    try Self.tellOfFirst(result, row, now, database)
                    return nil
                }
                result.outcome = .cancelled
            }
            // Lost after it was told to end: it has ended, however that went.
            if result.outcome == .lost, cancelReason != nil { result.outcome = .cancelled }
            if result.outcome == .cancelled, let cancelReason { result.reason = cancelReason }
            let retry = cancelReason == nil ? RetryPlan(row, result, now) : nil
            try Self.close(number, result, retry, database)
            try Self.note(result, row, now, database)
            if let retry { try retry.insert(after: row, database, now) }
            let isFailure = [.failed, .timeout, .lost].contains(result.outcome) && retry == nil
            let run = try ScheduleStore.run(number, database)
            return run.map { Ending(run: $0, onFailure: isFailure ? row["on_failure"] : nil) }
        }
    }

    private static func close(_ number: Int64, _ result: RunResult, _ retry: RetryPlan?, _ database: Database) throws {
        let isBad = RunStatus(rawValue: result.outcome.rawValue)?.isBad == true
        try database.execute(
            sql: """
                UPDATE runs SET status = ?, ended_at = ?, exit_code = ?, signal = ?, reason = ?, escalation = ?,
                    output_bytes = ?, error_bytes = ?, dropped_bytes = ?, kept_bytes = ?, next_attempt_at = ?, untold = ?
                WHERE id = ?
                """,
            arguments: [
                result.outcome.rawValue, result.endedAt, result.exitCode, result.signal, result.reason,
                result.escalation.joined(separator: " "), result.outputBytes, result.errorBytes, result.droppedBytes,
                result.keptBytes, retry?.dueAt, isBad ? 1 : nil, number,
            ])
    }

    /// The command never ran: another process may claim the run, a little later.
    private static func reopen(
        _ number: Int64, _ result: RunResult, _ now: Timestamp, _ database: Database
    ) throws {
        try database.execute(
            sql: """
                UPDATE runs SET status = 'pending', due_at = max(due_at, ?), claimed_by = NULL, boot_id = NULL,
                    process = NULL, started_at = NULL, reason = ? WHERE id = ?
                """,
            arguments: [
                now.milliseconds + (result.reason == nil ? 0 : 10_000),
                result.reason ?? "who had claimed it died before the command ran", number,
            ])
    }

    /// A run that could not be started is tried again and again: somebody hears of it, once.
    private static func tellOfFirst(
        _ result: RunResult, _ row: Row, _ now: Timestamp, _ database: Database
    ) throws {
        guard let reason = result.reason else { return }
        let text = "run \(row["id"] as Int64) of '\(row["name"] as String)' cannot be started: \(reason)"
        try database.execute(
            sql: """
                INSERT INTO events (kind, job_id, at, text, untold) SELECT ?1, ?2, ?3, ?4, 1
                WHERE NOT EXISTS (SELECT 1 FROM events WHERE job_id = ?2 AND text = ?4)
                """, arguments: [ScheduleEvent.Kind.broken.rawValue, row["job_id"] as Int64, now.milliseconds, text])
    }

    /// What the job remembers of its last run.
    private static func note(_ result: RunResult, _ row: Row, _ now: Timestamp, _ database: Database) throws {
        let job: Int64 = row["job_id"]
        try database.execute(
            sql: "UPDATE jobs SET last_status = ?, last_ended_at = ? WHERE id = ?",
            arguments: [result.outcome.rawValue, result.endedAt, job])
        guard result.outcome == .completed else { return }
        if row["is_overdue"] {
            try database.execute(
                sql: "INSERT INTO events (kind, job_id, at, text, untold) VALUES ('recovered', ?, ?, ?, 1)",
                arguments: [job, now.milliseconds, "a run of '\(row["name"] as String)' has completed again"])
        }
        guard let seconds = row["alert_after"] as Int64?, row["deleted_at"] == nil else { return }
        try database.execute(
            sql: "UPDATE jobs SET alert_at = ?, is_overdue = 0 WHERE id = ?",
            arguments: [result.endedAt + seconds * 1000, job])
    }
}
