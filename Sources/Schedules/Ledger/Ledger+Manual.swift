import DebVisorCore
import GRDB
import Storage

extension Ledger {
    /// A run that somebody starts now: claimed, or final if it may not run beside others.
    struct ManualStart: Sendable {
        var run: JobRun
        var claim: Claim?
        var ending: [Int64]
    }

    func start(_ job: JobName, at now: Timestamp, claimer: String) throws -> ManualStart {
        try store.store.write("ledger-claim") { database in
            let id = try ScheduleStore.existing(job, database)
            return try Self.start(id, slot: nil, attempt: 1, now, claimer, database)
        }
    }

    /// Another attempt of a run that ended. - Throws: `notFound`, `conflict`.
    func retry(_ number: Int64, at now: Timestamp, claimer: String) throws -> ManualStart {
        try store.store.write("ledger-claim") { database in
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT job_id, slot_id, ended_at, status, deleted_at, jobs.name,
                        (SELECT max(attempt) FROM runs AS others WHERE others.slot_id = runs.slot_id) AS attempts, attempt
                    FROM runs JOIN jobs ON jobs.id = job_id WHERE runs.id = ?
                    """, arguments: [number])
            guard let row else { throw ScheduleStore.noRun("\(number)") }
            guard row["ended_at"] != nil else {
                throw Fault(
                    .conflict, "run \(number) has not ended", hint: "wait for it, or cancel it first",
                    cause: "it is \(row["status"] as String)")
            }
            guard row["deleted_at"] == nil else {
                throw Fault(.notFound, "job '\(row["name"] as String)' of run \(number) was deleted")
            }
            let slot: Int64? = row["slot_id"]
            let isWaiting = try Int64.fetchOne(
                database, sql: "SELECT id FROM runs WHERE slot_id = ? AND ended_at IS NULL", arguments: [slot])
            if let other = isWaiting {
                throw Fault(
                    .conflict, "run \(number) has another attempt already: run \(other)",
                    hint: "see 'debvisor schedule status'")
            }
            let attempt = (slot == nil ? row["attempt"] as Int64 : row["attempts"]) + 1
            return try Self.start(row["job_id"], slot: slot, attempt: attempt, now, claimer, database)
        }
    }

    private static func start(
        _ job: Int64, slot: Int64?, attempt: Int64, _ now: Timestamp, _ claimer: String, _ database: Database
    ) throws -> ManualStart {
        let pass = try LedgerPass(database, now: now.milliseconds, claimer: claimer)
        // Counts as due an instant before now, so that it is ready.
        try database.execute(
            sql: """
                INSERT INTO runs (job_id, slot_id, attempt, status, rank, due_at, waits, created_at)
                VALUES (?, ?, ?, 'pending', ?, ?, 0, ?)
                """,
            arguments: [job, slot, attempt, now.milliseconds, now.milliseconds, now.milliseconds])
        let number = database.lastInsertedRowID
        let row = try Row.fetchOne(database, sql: LedgerPass.selection + "WHERE runs.id = ?", arguments: [number])
        guard let row else { throw JobRow.malformed("run") }
        var waiting = try WaitingRun(row)
        waiting.isManual = true
        waiting.waits = false
        let check = try Admission(database, now: now.milliseconds)
        let verdict = try check.verdict(on: waiting)
        _ = try pass.apply(verdict, to: waiting, check)
        switch verdict {
        case .go, .replace: break
        case .skip, .wait, .block:
            // It does not wait: nobody may be there when its time comes.
            try database.execute(
                sql: "UPDATE runs SET ended_at = ? WHERE id = ? AND ended_at IS NULL",
                arguments: [now.milliseconds, number])
            try database.execute(
                sql: "UPDATE runs SET status = 'skipped' WHERE id = ? AND status = 'pending'", arguments: [number])
        }
        guard let run = try ScheduleStore.run(number, database) else { throw JobRow.malformed("run") }
        return ManualStart(run: run, claim: pass.decision.claims.first, ending: pass.decision.ending)
    }
}
