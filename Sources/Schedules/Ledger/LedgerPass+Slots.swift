import DebVisorCore
import GRDB

extension LedgerPass {
    /// Writes a row for every slot that passed, and moves the jobs on to their next one.
    func recordSlots() throws {
        let jobs = try Row.fetchAll(
            database,
            sql: """
                SELECT id, name, cron_expression, timezone, jitter, misfire, priority, start_within, settled_until
                FROM jobs WHERE next_due <= ? ORDER BY next_due
                """, arguments: [now])
        for job in jobs {
            let timing: JobTiming
            do {
                timing = try self.timing(job)
            } catch let fault as Fault where fault.kind != .attention {
                // The zone's data are gone: nothing is settled, and somebody hears of it.
                try event(.broken, "cannot tell when '\(job["name"] as String)' is due: \(fault)", job: job["id"])
                try execute("UPDATE jobs SET next_due = ? WHERE id = ?", [now + 3_600_000, job["id"] as Int64])
                continue
            }
            try recordSlots(of: job, timing)
        }
    }

    private func recordSlots(of job: Row, _ timing: JobTiming) throws {
        let id: Int64 = job["id"]
        let settled = (job["settled_until"] as Int64).flooredQuotient(by: 1000)
        let through = now.flooredQuotient(by: 1000) - timing.jitterSeconds
        let passed = PassedSlots(of: timing.schedule, after: settled, through: through)
        let plan = SlotPlan(
            passed, try JobRow.word(job["misfire"]), now: now, jitter: timing.jitterSeconds,
            startWithin: job["start_within"])
        try record(plan, NewRun(job, jitter: timing.jitterSeconds, inGaps: passed.inGaps, now))
        let last = passed.slots.last ?? settled
        try execute(
            "UPDATE jobs SET settled_until = ?, next_due = ? WHERE id = ?",
            [last * 1000, timing.due(after: last * 1000), id])
    }

    private func record(_ plan: SlotPlan, _ row: NewRun) throws {
        let waiting = try waitingRun(of: row.job)
        var merged: [Int64] = []
        // A first attempt that still waits stands for what comes after it; a later attempt gives way to a new slot.
        let standsIn = waiting.flatMap { $0.isFirstAttempt ? $0.number : nil }
        for (slot, fate) in plan.fates {
            guard let slotID = try insertSlot(row.job, slot) else { continue }
            switch fate {
            case .miss(let reason):
                try insert(row, slotID, slot, "missed", reason: reason, isUntold: true)
            case .merge:
                merged.append(try insert(row, slotID, slot, "merged", into: standsIn))
            case .run where standsIn != nil:
                merged.append(try insert(row, slotID, slot, "merged", into: standsIn))
            case .run, .runInTurn:
                let number = try insert(row, slotID, slot, "pending", waits: fate == .runInTurn)
                fresh[number] = row.job
                for earlier in merged where standsIn == nil {
                    try execute("UPDATE runs SET merged_into = ? WHERE id = ?", [number, earlier])
                }
                if let waiting, !waiting.isFirstAttempt { try supersede(waiting.number, by: number) }
                merged = []
            }
        }
        // The slot that should have stood for them has a row already: a clock was set back.
        for orphan in merged where standsIn == nil {
            try execute("UPDATE runs SET status = 'missed', untold = 1 WHERE id = ?", [orphan])
        }
    }

    /// Slots that passed before the job was changed, and that nobody has looked at: they are missed.
    /// - Parameter isUntold: whether somebody must hear of it.
    func missSlots(of id: Int64, _ reason: String, isUntold: Bool) throws {
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT id, name, cron_expression, timezone, jitter, priority, start_within, settled_until
                FROM jobs WHERE id = ? AND next_due <= ?
                """, arguments: [id, now])
        guard let row, let timing = try? timing(row) else { return }
        let settled = (row["settled_until"] as Int64).flooredQuotient(by: 1000)
        let passed = PassedSlots(
            of: timing.schedule, after: settled, through: now.flooredQuotient(by: 1000) - timing.jitterSeconds)
        let new = NewRun(row, jitter: timing.jitterSeconds, inGaps: passed.inGaps, now)
        for slot in [passed.omittedFrom].compactMap(\.self) + passed.slots {
            guard let slotID = try insertSlot(id, slot) else { continue }
            try insert(new, slotID, slot, "missed", reason: reason, isUntold: isUntold)
        }
    }

    private func waitingRun(of job: Int64) throws -> (number: Int64, isFirstAttempt: Bool)? {
        let statement = try database.cachedStatement(
            sql: """
                SELECT id, attempt FROM runs WHERE job_id = ? AND ended_at IS NULL AND status IN ('pending', 'blocked')
                """)
        // Sorted here: SQLite would make and remove a temporary table for each job.
        let runs = try Row.fetchAll(statement, arguments: [job]).map {
            (number: $0[0] as Int64, attempt: $0[1] as Int64)
        }
        return runs.min { ($0.attempt, -$0.number) < ($1.attempt, -$1.number) }.map { ($0.number, $0.attempt == 1) }
    }

    private func supersede(_ retry: Int64, by number: Int64) throws {
        try execute(
            """
            UPDATE runs SET status = 'merged', merged_into = ?, ended_at = ?, reason = 'the next slot came before it'
            WHERE id = ? AND ended_at IS NULL AND status IN ('pending', 'blocked')
            """, [number, now, retry])
    }
}
