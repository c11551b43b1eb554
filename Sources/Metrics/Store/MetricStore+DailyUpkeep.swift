package import DebVisorCore
import GRDB
import Storage

extension MetricStore {
    /// Applies the retention if that was not done within a day, for whoever writes often.
    /// - Returns: nil if it is not due.
    package func applyRetentionIfDue(at time: Timestamp) throws -> MetricUpkeep? {
        let last = try store.read {
            try Int64.fetchOne($0, sql: "SELECT value FROM settings WHERE name = 'retention-applied'")
        }
        // A clock that was ahead must not keep it from being done.
        if let last, abs(time.milliseconds - last) < 86_400_000 { return nil }
        let upkeep = try applyRetention(at: time)
        try store.write("metric-settings") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO settings VALUES ('retention-applied', ?)", arguments: [time.milliseconds])
        }
        return upkeep
    }
}
