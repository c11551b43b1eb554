import DebVisorCore
import GRDB
import Storage

extension Ledger {
    /// What a look would find, from one read: whether there is anything to write, and when there will be.
    struct Outlook: Sendable {
        /// Slots, waiting runs or alerts are due.
        var isDue: Bool
        var hasRunning: Bool
        var next: Timestamp?
    }

    func outlook(at now: Timestamp) throws -> Outlook {
        try store.store.read { database in
            let instant = now.milliseconds
            let waiting =
                "FROM runs INDEXED BY runs_waiting WHERE ended_at IS NULL AND status IN ('pending', 'blocked')"
            let row = try Row.fetchOne(
                database,
                sql: """
                    SELECT (SELECT min(next_due) FROM jobs WHERE next_due IS NOT NULL),
                        (SELECT min(alert_at) FROM jobs WHERE alert_at IS NOT NULL),
                        (SELECT min(due_at) \(waiting) AND due_at > :now),
                        (SELECT min(start_by) \(waiting)),
                        EXISTS (SELECT 1 \(waiting) AND due_at <= :now),
                        EXISTS (SELECT 1 FROM runs INDEXED BY runs_of_status WHERE status = 'running')
                    """, arguments: ["now": instant])
            guard let row else { return Outlook(isDue: true, hasRunning: true) }
            let deadlines = (0..<4).compactMap { row[$0] as Int64? }
            let last = try LastTick.read(database)
            // A look that finds nothing writes nothing, except this every ten minutes.
            let isOld = last.map { instant - $0.wall > 600_000 || $0.wall - instant > 1000 } ?? true
            let isDue = deadlines.contains { $0 <= instant } || row[4] || isOld
            return Outlook(
                isDue: isDue, hasRunning: row[5],
                next: deadlines.filter { $0 > instant }.min().map(Timestamp.init(milliseconds:)))
        }
    }
}
