import DebVisorCore
import GRDB
import Platform

/// A run as a row of `runs`, with the name of its job and its slot.
enum RunRow {
    static let selection = """
        SELECT runs.*, jobs.name AS job_name, slots.scheduled_for,
            (SELECT value FROM settings WHERE name = 'ledger') AS ledger
        FROM runs JOIN jobs ON jobs.id = runs.job_id LEFT JOIN slots ON slots.id = runs.slot_id

        """

    static func run(_ row: Row) throws -> JobRun {
        let ledger: String = row["ledger"]
        return JobRun(
            id: RunID(ledger: ledger, number: row["id"]), jobID: row["job_id"], job: JobName(stored: row["job_name"]),
            trigger: row["slot_id"] == nil ? .manual : .schedule, scheduledFor: time(row["scheduled_for"]),
            mergedTimes: (row["merged_times"] as String? ?? "").split(separator: ",").map(String.init),
            attempt: row["attempt"], status: try JobRow.word(row["status"]),
            dueAt: Timestamp(milliseconds: row["due_at"]), createdAt: Timestamp(milliseconds: row["created_at"]),
            startedAt: time(row["started_at"]), endedAt: time(row["ended_at"]), exitCode: row["exit_code"],
            signal: row["signal"], reason: row["reason"],
            mergedInto: (row["merged_into"] as Int64?).map { RunID(ledger: ledger, number: $0) },
            blockedBy: row["blocked_by"], blockedSince: time(row["blocked_since"]),
            nextAttemptAt: time(row["next_attempt_at"]), process: process(row),
            escalation: (row["escalation"] as String? ?? "").split(separator: " ").map(String.init),
            outputBytes: row["output_bytes"], errorBytes: row["error_bytes"], droppedBytes: row["dropped_bytes"])
    }

    static func process(_ row: Row) -> RunProcess? {
        guard let boot = row["boot_id"] as String?, let text = row["process"] as String?,
            let identity = ProcessIdentity(text)
        else { return nil }
        return RunProcess(bootID: boot, identity: identity)
    }

    private static func time(_ milliseconds: Int64?) -> Timestamp? { milliseconds.map(Timestamp.init(milliseconds:)) }
}
