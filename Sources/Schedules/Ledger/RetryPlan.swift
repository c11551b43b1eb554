import DebVisorCore
import GRDB

/// Another attempt after one that ended badly.
struct RetryPlan {
    /// Milliseconds.
    var dueAt: Int64
    /// Attempts that failed so far; those that were lost are not counted.
    var failures: Int64

    /// Nil if the job does not want one. Needs a row of `runs` with the retry columns of its job.
    init?(_ row: Row, _ result: RunResult, _ now: Timestamp) {
        guard row["deleted_at"] == nil else { return nil }
        let before: Int64 = row["failures"]
        let policy = RetryPolicy(
            count: row["retries"], delaySeconds: row["retry_delay"], maxDelaySeconds: row["retry_max_delay"],
            codes: (row["retry_codes"] as String).split(separator: ",").compactMap { Int32($0) })
        switch result.outcome {
        case .completed, .cancelled, .notStarted: return nil
        case .lost:
            guard row["promise"] == RunPromise.atLeastOnce.rawValue else { return nil }
            failures = before
            // At once; but what is lost again and again may be what takes the host down.
            let lostBefore = (row["attempt"] as Int64) - 1 - before
            dueAt = now.milliseconds + (lostBefore > 0 ? policy.delay(afterFailures: lostBefore, seed: row["id"]) : 0)
        case .failed, .timeout:
            guard before < policy.count, policy.wants(result) else { return nil }
            failures = before + 1
            dueAt = now.milliseconds + policy.delay(afterFailures: failures, seed: row["id"])
        }
    }

    func insert(after row: Row, _ database: Database, _ now: Timestamp) throws {
        let priority: JobPriority = try JobRow.word(row["priority"])
        try database.execute(
            sql: """
                INSERT INTO runs (job_id, slot_id, attempt, status, rank, due_at, waits, created_at, reason, failures)
                VALUES (?, ?, ?, 'pending', ?, ?, 1, ?, ?, ?)
                """,
            arguments: [
                row["job_id"] as Int64, row["slot_id"] as Int64?, (row["attempt"] as Int64) + 1,
                LedgerPass.rank(dueAt: dueAt, priority), dueAt, now.milliseconds,
                "another attempt after run \(row["id"] as Int64)", failures,
            ])
    }
}

extension RetryPolicy {
    func wants(_ result: RunResult) -> Bool {
        if codes.isEmpty { return true }
        return result.outcome == .failed && result.exitCode.map(codes.contains) == true
    }

    /// Milliseconds: doubled with each failure up to the longest, within ten per cent, the same for the same seed.
    func delay(afterFailures failures: Int64, seed: Int64) -> Int64 {
        let doublings = Int(min(max(failures - 1, 0), 30))
        let seconds = min(delaySeconds << min(doublings, 30), max(maxDelaySeconds, 0))
        let spread = Int64(UInt64(bitPattern: seed) &* 0x9E37_79B9_7F4A_7C15 >> 33) % 201 - 100
        return Int64(seconds) * 1000 + Int64(seconds) * spread
    }
}
