import DebVisorCore
import GRDB
import Storage

extension Ledger {
    /// A run that the ledger takes for running.
    struct RunningRun: Sendable {
        var id: RunID
        var claim: Int64
        var claimer: ClaimHolder?
        var process: RunProcess?
        var isCancelled: Bool
    }

    /// All of them, or one.
    func running(_ number: Int64? = nil) throws -> [RunningRun] {
        try store.store.read { database in
            let ledger = try ScheduleStore.ledger(database)
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT id, claim, claimed_by, boot_id, process, cancel_reason FROM runs INDEXED BY runs_of_status
                    WHERE status = 'running' AND (:number IS NULL OR id = :number)
                    """, arguments: ["number": number]
            ).map { row in
                RunningRun(
                    id: RunID(ledger: ledger, number: row["id"]), claim: row["claim"],
                    claimer: (row["claimed_by"] as String?).flatMap(ClaimHolder.init), process: RunRow.process(row),
                    isCancelled: row["cancel_reason"] != nil)
            }
        }
    }

    /// What can be seen of a running run from outside.
    enum Sight: Sendable {
        /// Its supervisor lives, or its claimer is about to start one.
        case attended
        /// It is known how it ended: its supervisor wrote it down, or it is lost.
        case ended(RunResult)
        /// The command never ran, and who was to start it is gone.
        case neverStarted
        /// Processes of it live without a supervisor.
        case orphaned
    }

    /// Brings one run in line with what is there. - Returns: what its end leaves to do, if it ended.
    func settle(_ run: RunningRun, _ sight: Sight, at now: Timestamp) throws -> Ending? {
        switch sight {
        case .attended, .orphaned: return nil
        case .ended(let result): return try finish(run.id.number, result, at: now)
        case .neverStarted:
            return try finish(
                run.id.number, RunResult(claim: run.claim, .notStarted, endedAt: now.milliseconds), ifNotBegun: true,
                at: now)
        }
    }

    /// Of these runs those that are over, or unknown.
    func over(_ numbers: [Int64]) throws -> [Int64] {
        try store.store.read { database in
            let isOpen = try database.makeStatement(sql: "SELECT 1 FROM runs WHERE id = ? AND ended_at IS NULL")
            return try numbers.filter { try Int64.fetchOne(isOpen, arguments: [$0]) == nil }
        }
    }
}
