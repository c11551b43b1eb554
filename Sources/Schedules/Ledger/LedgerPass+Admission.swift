import DebVisorCore
import GRDB

/// A run that waits to begin.
struct WaitingRun {
    var number: Int64
    var job: Int64
    var dueAt: Int64
    var overlap: OverlapPolicy
    /// It waits for other runs of its job, whatever the policy.
    var waits: Bool
    var isManual = false
    var isBlocked: Bool
    var reason: String?

    init(_ row: Row) throws {
        number = row["id"]
        job = row["job_id"]
        dueAt = row["due_at"]
        overlap = try JobRow.word(row["overlap"])
        waits = row["waits"] || (row["attempt"] as Int64) > 1
        isBlocked = row["status"] == "blocked"
        reason = row["reason"]
    }
}

extension LedgerPass {
    /// Decides upon waiting runs in the order of their ranks as long as there are free places; upon new ones anyhow, for
    /// a run that must not wait is skipped now, not when a place is free.
    func admit() throws {
        let check = try Admission(database, now: now)
        var places = settings.maxRunning - check.runningCount
        var last = (rank: Int64.min, number: Int64.min)
        while places > 0 {
            let page = try page(after: last)
            guard let end = page.last else { break }
            last = (end["rank"], end["id"])
            for row in page where places > 0 {
                let run = try WaitingRun(row)
                fresh[run.number] = nil
                if try apply(try check.verdict(on: run), to: run, check) { places -= 1 }
            }
        }
        for number in fresh.keys.sorted() where fresh[number].map(check.mayWait) == true {
            let statement = try database.cachedStatement(sql: Self.selection + "WHERE runs.id = ?")
            let row = try Row.fetchOne(statement, arguments: [number])
            guard let run = try row.map({ try WaitingRun($0) }) else { continue }
            let verdict = try check.verdict(on: run)
            if case .go = verdict { continue }
            _ = try apply(verdict, to: run, check)
        }
    }

    static let selection = """
        SELECT runs.id, job_id, rank, due_at, waits, attempt, status, reason, jobs.overlap
        FROM runs JOIN jobs ON jobs.id = job_id

        """

    private func page(after last: (rank: Int64, number: Int64)) throws -> [Row] {
        let statement = try database.cachedStatement(
            sql: Self.selection + """
                WHERE ended_at IS NULL AND status IN ('pending', 'blocked') AND (rank, runs.id) > (?, ?) AND due_at <= ?
                ORDER BY rank, runs.id LIMIT 500
                """)
        return try Row.fetchAll(statement, arguments: [last.rank, last.number, now])
    }

    /// - Returns: whether the run takes a place.
    func apply(_ verdict: Admission.Verdict, to run: WaitingRun, _ check: Admission) throws -> Bool {
        switch verdict {
        case .go:
            try claim(run.number)
            check.noteRunning(run.number, of: run.job)
            return true
        case .skip(let reason):
            try execute(
                "UPDATE runs SET status = 'skipped', reason = ?, ended_at = ? WHERE id = ?", [reason, now, run.number])
            check.noteGone(run.number)
        case .wait(let reason):
            guard run.isBlocked || run.reason != reason else { break }
            try execute(
                "UPDATE runs SET status = 'pending', reason = ?, blocked_by = NULL, blocked_since = NULL WHERE id = ?",
                [reason, run.number])
        case .block(let by, let reason):
            guard !run.isBlocked || run.reason != reason else { break }
            try execute(
                """
                UPDATE runs SET status = 'blocked', reason = ?, blocked_by = ?, blocked_since = coalesce(blocked_since, ?)
                WHERE id = ?
                """, [reason, by, now, run.number])
        case .replace(let others):
            for other in others {
                try execute(
                    """
                    UPDATE runs SET cancel_reason = ? WHERE id = ? AND status = 'running' AND cancel_reason IS NULL
                    """, ["run \(run.number) replaces it", other])
            }
            decision.ending += others
            return try apply(.wait("replaces run \(others.map(String.init).joined(separator: ", "))"), to: run, check)
        }
        return false
    }

    func claim(_ number: Int64) throws {
        try execute(
            """
            UPDATE runs SET status = 'running', claim = claim + 1, claimed_by = ?, reason = NULL, blocked_by = NULL
            WHERE id = ? AND ended_at IS NULL AND status IN ('pending', 'blocked')
            """, [claimer, number])
        let statement = try database.cachedStatement(sql: "SELECT claim FROM runs WHERE id = ?")
        let count = try Int64.fetchOne(statement, arguments: [number]) ?? 0
        decision.claims.append(Ledger.Claim(number: number, claim: count))
    }
}
