package import DebVisorCore
import GRDB
import Storage

extension MetricStore {
    /// How often the retention is applied by whoever writes.
    private static let interval: Int64 = 86_400_000

    /// When the retention was last applied, or began to be; nil if never.
    package func lastRetention() throws -> Timestamp? {
        try store.read { try Self.lastRetention($0) }.map(Timestamp.init(milliseconds:))
    }

    /// Applies the retention if nobody did for a day. Otherwise one look at one row, so every command that writes samples
    /// calls it; of several at once one does it. If it fails or is killed, the rest waits for the next day.
    /// - Returns: what was done; nil if it was not due.
    @discardableResult
    package func applyRetentionIfDue(at time: Timestamp) throws -> MetricUpkeep? {
        guard try Self.isDue(store.read { try Self.lastRetention($0) }, time) else { return nil }
        let isOurs = try store.write("metric-settings") { database in
            // Somebody may have come between.
            guard try Self.isDue(Self.lastRetention(database), time) else { return false }
            try Self.note(time, database)
            return true
        }
        return isOurs ? try applyRetention(at: time) : nil
    }

    /// Applies it now, whenever it was applied before.
    package func applyRetentionNow(at time: Timestamp) throws -> MetricUpkeep {
        try store.write("metric-settings") { try Self.note(time, $0) }
        return try applyRetention(at: time)
    }

    /// Also after a clock that was ahead.
    private static func isDue(_ last: Int64?, _ time: Timestamp) -> Bool {
        guard let last else { return true }
        return time.milliseconds - last >= interval || last > time.milliseconds
    }

    private static func lastRetention(_ database: Database) throws -> Int64? {
        try Int64.fetchOne(database, sql: "SELECT value FROM settings WHERE name = 'retention-at'")
    }

    private static func note(_ time: Timestamp, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO settings VALUES ('retention-at', ?)", arguments: [time.milliseconds])
    }
}
