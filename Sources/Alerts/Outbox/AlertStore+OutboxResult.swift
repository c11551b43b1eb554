package import DebVisorCore
import GRDB
import Storage

extension AlertStore {
    /// What came of an attempt.
    enum OutboxResult: Sendable {
        case delivered
        /// - Parameter isFinal: no other attempt would help.
        case failed(String, isFinal: Bool)
    }

    /// Notes the result of an attempt; nothing if somebody else has taken the notices on meanwhile.
    /// - Returns: true if no other attempt will be made.
    @discardableResult
    func settle(_ batch: OutboxBatch, _ result: OutboxResult, at now: Timestamp) throws -> Bool {
        try store.write("outbox-result") { database in
            let condition = "batch = ? AND state = 'claimed' AND claimed_by = ?"
            let held: StatementArguments = [batch.id, batch.holder.description]
            switch result {
            case .delivered:
                try database.execute(
                    sql: """
                        UPDATE deliveries SET state = 'delivered', ended_at = ?, claimed_by = NULL,
                            claimed_until = NULL, problem = NULL WHERE \(condition)
                        """, arguments: [now.milliseconds] + held)
                return true
            case .failed(let problem, let isFinal):
                let settings = try Self.settings(database)
                let age = now.milliseconds - batch.createdAt.milliseconds
                let limit = Int64(settings.giveUpSeconds) * 1000
                let isOver = isFinal || age >= limit
                // The last attempt is when the time is over.
                let pause = min(Backoff(settings).milliseconds(after: batch.message.attempt, of: batch.id), limit - age)
                if isOver { try Self.noteGivenUp(batch, problem, age, now, database) }
                try database.execute(
                    sql: """
                        UPDATE deliveries SET state = ?, ended_at = ?, due_at = ?, problem = ?, claimed_by = NULL,
                            claimed_until = NULL WHERE \(condition)
                        """,
                    arguments: [
                        isOver ? "failed" : "waiting", isOver ? now.milliseconds : nil, now.milliseconds + pause,
                        problem,
                    ] + held)
                return isOver
            }
        }
    }

    private static func noteGivenUp(
        _ batch: OutboxBatch, _ problem: String, _ age: Int64, _ now: Timestamp, _ database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO history (alert_id, at, actor, from_status, to_status, severity, episode, value, reason)
                SELECT a.id, ?, 'outbox', a.status, a.status, a.severity, a.episode, a.value,
                    'notice ''' || d.kind || ''' to ' || ? || ' was given up after ' || ? || ' s: ' || ?
                FROM deliveries d JOIN alerts a ON a.id = d.alert_id
                WHERE d.batch = ? AND d.state = 'claimed' AND d.claimed_by = ?
                """,
            arguments: [
                now.milliseconds, batch.notifier.name, age / 1000, problem, batch.id, batch.holder.description,
            ])
    }

    /// How many notices wait, and how many were given up; what went wrong last.
    package func outboxState() throws -> OutboxState {
        try store.read { database in
            let rows = try Row.fetchAll(database, sql: "SELECT state, count(*) FROM deliveries GROUP BY state")
            let counts = Dictionary(uniqueKeysWithValues: rows.map { ($0[0] as String, $0[1] as Int) })
            return OutboxState(
                waiting: (counts["waiting"] ?? 0) + (counts["claimed"] ?? 0), delivered: counts["delivered"] ?? 0,
                withdrawn: counts["withdrawn"] ?? 0, failed: counts["failed"] ?? 0,
                nextDueAt: try Int64.fetchOne(
                    database, sql: "SELECT min(due_at) FROM deliveries WHERE state = 'waiting'"
                ).map(Timestamp.init(milliseconds:)),
                problem: try String.fetchOne(
                    database,
                    sql: "SELECT problem FROM deliveries WHERE problem IS NOT NULL ORDER BY id DESC LIMIT 1"))
        }
    }
}

/// What is in the outbox.
package struct OutboxState: Sendable, Hashable {
    package var waiting: Int
    package var delivered: Int
    /// Not sent, as it was over or hidden before.
    package var withdrawn: Int
    package var failed: Int
    package var nextDueAt: Timestamp?
    package var problem: String?
}

/// Pauses between attempts: doubled each time, up to a limit, and spread by a fifth so that not all that failed
/// together comes again together. The same for the same batch and attempt.
struct Backoff {
    private let first: Double
    private let most: Double

    init(_ settings: AlertSettings) {
        (first, most) = (Double(settings.retrySeconds), Double(settings.retryMostSeconds))
    }

    func milliseconds(after attempt: Int, of batch: String) -> Int64 {
        var pause = first
        for _ in 1..<max(attempt, 1) where pause < most { pause *= 2 }
        let share = Double(Fingerprint.number([batch, "\(attempt)"]) % 1000) / 1000
        return Int64(min(pause, most) * (0.8 + 0.4 * share) * 1000)
    }
}
