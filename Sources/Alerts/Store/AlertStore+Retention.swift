package import DebVisorCore
import GRDB
import Storage

extension AlertStore {
    /// Forgets what is older than the settings keep: history, resolved alerts, notices that are done, silences that
    /// ended.
    /// - Returns: the rows that went.
    @discardableResult
    package func applyRetention(at now: Timestamp) throws -> Int {
        try store.write("alert-retention") { database in
            let days = try Self.settings(database).historyDays
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
}
