package import DebVisorCore
import GRDB
import Storage

extension AlertStore {
    /// Forgets what is older than the settings keep: history, resolved alerts, notices that are done, silences that
    /// ended.
    /// - Returns: the rows that went.
    @discardableResult
    package func applyRetention(at now: Timestamp) throws -> Int {
        try store.write("alert-retention") { try Self.forget($0, now) }
    }

    /// The same if nobody did it for a day: whoever evaluates calls it.
    /// - Returns: the rows that went; nil if it was not due.
    @discardableResult
    package func applyRetentionIfDue(at now: Timestamp) throws -> Int? {
        guard try store.read({ try Self.isRetentionDue($0, now) }) else { return nil }
        return try store.write("alert-retention") { database in
            // Somebody may have come between.
            guard try Self.isRetentionDue(database, now) else { return nil }
            try database.execute(
                sql: "INSERT OR REPLACE INTO settings VALUES ('retention-at', ?)", arguments: [now.milliseconds])
            return try Self.forget(database, now)
        }
    }

    /// Also after a clock that was ahead.
    private static func isRetentionDue(_ database: Database, _ now: Timestamp) throws -> Bool {
        let last = try Int64.fetchOne(database, sql: "SELECT value FROM settings WHERE name = 'retention-at'")
        guard let last else { return true }
        return now.milliseconds - last >= 86_400_000 || last > now.milliseconds
    }

    private static func forget(_ database: Database, _ now: Timestamp) throws -> Int {
        let days = try settings(database).historyDays
        let border = now.milliseconds - Int64(days) * 86_400_000
        var gone = 0
        for sql in [
            "DELETE FROM history WHERE at < ?",
            "DELETE FROM deliveries WHERE ended_at IS NOT NULL AND ended_at < ?",
            "DELETE FROM silences WHERE ends_at < ?",
            """
            DELETE FROM alerts WHERE status = 'resolved' AND since < ? AND id NOT IN
                (SELECT alert_id FROM deliveries WHERE state IN ('waiting', 'claimed'))
            """,
        ] {
            try database.execute(sql: sql, arguments: [border])
            gone += database.changesCount
        }
        return gone
    }
}
