import DebVisorCore
import GRDB
import Storage

/// Notices that somebody has taken on to send.
struct OutboxBatch: Sendable {
    var id: String
    var holder: OutboxHolder
    var notifier: Notifier
    var message: NotificationMessage
    var createdAt: Timestamp
}

extension AlertStore {
    /// How many alerts one message has at most.
    static let batchSize = 100

    /// Takes on the notices that are due the longest: of one notifier, host and cause. Nobody else sends them while
    /// this process lives, nor before the time that sending may take has passed. nil: nothing is due.
    /// - Parameter sparing: the names of notifiers that are left for later.
    func claim(_ holder: OutboxHolder, at now: Timestamp, sparing: Set<String> = []) throws -> OutboxBatch? {
        guard try store.read({ try Self.isSomethingToDo($0, now) }) else { return nil }
        return try store.write("outbox-claim") { database in
            try Self.release(database, now)
            try Self.withdrawOrphans(database, now)
            let first = try Row.fetchOne(
                database,
                sql: """
                    SELECT d.id, d.notifier_id, d.group_key, d.batch, d.attempts, n.definition
                    FROM deliveries d JOIN notifiers n ON n.id = d.notifier_id
                    WHERE d.state = 'waiting' AND \(Self.isDue) AND \(Self.isNext)
                        AND n.name NOT IN (SELECT value FROM json_each(:spared))
                    ORDER BY d.due_at, d.id LIMIT 1
                    """, arguments: ["now": now.milliseconds, "spared": try StoredJSON.encode(sparing.sorted())])
            guard let first else { return nil }
            let notifier = try StoredJSON.decode(Notifier.self, from: first["definition"], of: "notifiers")
            let rows = try Self.batch(of: first, database)
            let keys: [String] = rows.map { $0["key"] }
            let batch = first["batch"] as String? ?? Fingerprint.of(keys)
            let until = now.milliseconds + Int64(notifier.timeoutSeconds + 60) * 1000
            let update = try database.cachedStatement(
                sql: """
                    UPDATE deliveries SET state = 'claimed', batch = ?, attempts = attempts + 1, claimed_by = ?,
                        claimed_until = ? WHERE id = ?
                    """)
            for row in rows {
                try update.execute(arguments: [batch, holder.description, until, row["id"] as Int64])
            }
            let entries = try rows.map { try StoredJSON.decode(NoticeEntry.self, from: $0["payload"], of: "notices") }
            let message = NotificationMessage(
                key: batch, notifier: notifier.name, entries, attempt: (first["attempts"] as Int) + 1)
            let created = rows.map { $0["created_at"] as Int64 }.min() ?? now.milliseconds
            return OutboxBatch(
                id: batch, holder: holder, notifier: notifier, message: message,
                createdAt: Timestamp(milliseconds: created))
        }
    }

    /// Its time has come; or it was written before the clock was set back by more than an hour, and nobody knows when that
    /// is.
    private static let isDue = "(d.due_at <= :now OR d.created_at > :now + 3600000)"

    /// Notices of one alert go to one notifier in order: none while an earlier one is not through.
    private static let isNext = """
        NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.alert_id = d.alert_id AND e.notifier_id = d.notifier_id
            AND e.id < d.id AND e.state IN ('waiting', 'claimed'))
        """

    private static func batch(of first: Row, _ database: Database) throws -> [Row] {
        if let batch = first["batch"] as String? {
            return try Row.fetchAll(
                database, sql: "SELECT * FROM deliveries WHERE batch = ? AND state = 'waiting' ORDER BY id",
                arguments: [batch])
        }
        return try Row.fetchAll(
            database,
            sql: """
                SELECT d.* FROM deliveries d
                WHERE d.state = 'waiting' AND d.batch IS NULL AND d.notifier_id = ? AND d.group_key = ? AND \(isNext)
                ORDER BY d.id LIMIT \(batchSize)
                """, arguments: [first["notifier_id"] as Int64, first["group_key"] as String])
    }

    private static func isSomethingToDo(_ database: Database, _ now: Timestamp) throws -> Bool {
        try Int.fetchOne(
            database,
            sql: """
                SELECT EXISTS (SELECT 1 FROM deliveries d WHERE state = 'waiting' AND \(isDue))
                    OR EXISTS (SELECT 1 FROM deliveries WHERE state = 'claimed')
                """, arguments: ["now": now.milliseconds]) == 1
    }

    /// What a process had taken on that has ended, or that took too long, is due again.
    private static func release(_ database: Database, _ now: Timestamp) throws {
        let holders = try String.fetchAll(
            database, sql: "SELECT DISTINCT claimed_by FROM deliveries WHERE state = 'claimed'")
        for holder in holders {
            let isDead = !OutboxHolder.mayLive(holder)
            try database.execute(
                sql: """
                    UPDATE deliveries SET state = 'waiting', claimed_by = NULL, claimed_until = NULL, due_at = :now
                    WHERE state = 'claimed' AND claimed_by = :holder AND (:dead OR claimed_until <= :now)
                    """, arguments: ["now": now.milliseconds, "holder": holder, "dead": isDead])
        }
    }

    /// The end of what nobody was told of needs no notice.
    private static func withdrawOrphans(_ database: Database, _ now: Timestamp) throws {
        try database.execute(
            sql: """
                UPDATE deliveries AS d SET state = 'withdrawn', ended_at = ?
                WHERE state = 'waiting' AND kind = 'resolved' AND attempts = 0 AND NOT EXISTS (
                    SELECT 1 FROM deliveries e WHERE e.alert_id = d.alert_id AND e.notifier_id = d.notifier_id
                        AND e.episode = d.episode AND e.kind <> 'resolved'
                        AND e.state IN ('delivered', 'claimed', 'waiting'))
                """, arguments: [now.milliseconds])
    }
}
