import DebVisorCore
import GRDB

/// Puts notices into the outbox, in the transaction of the change that they tell of.
struct OutboxWriter {
    private let database: Database
    private let settings: AlertSettings
    private let now: Timestamp
    private let notifiers: [(id: Int64, notifier: Notifier)]
    private(set) var written = 0

    init(_ database: Database, _ settings: AlertSettings, _ now: Timestamp) throws {
        (self.database, self.settings, self.now) = (database, settings, now)
        notifiers = try AlertStore.notifiers(database)
    }

    mutating func apply(_ intents: [Intent], to row: AlertRow) throws {
        guard let alert = row.id else { return }
        for intent in intents {
            switch intent {
            case .withdraw: try withdraw(alert)
            case .tell(.resolved):
                for entry in notifiers where entry.notifier.isEnabled { try tellOfEnd(entry, alert, row) }
            case .tell(let kind):
                guard row.state.suppressedBy == nil else { continue }
                for entry in notifiers where entry.notifier.wants(row) { try insert(kind, entry, alert, row) }
            }
        }
    }

    /// What nobody has tried to send yet is not sent.
    private func withdraw(_ alert: Int64, notifier: Int64? = nil) throws {
        let statement = try database.cachedStatement(
            sql: """
                UPDATE deliveries SET state = 'withdrawn', ended_at = :now
                WHERE alert_id = :alert AND (:notifier IS NULL OR notifier_id = :notifier)
                    AND state = 'waiting' AND attempts = 0 AND kind <> 'resolved'
                """)
        try statement.execute(arguments: ["now": now.milliseconds, "alert": alert, "notifier": notifier])
    }

    /// The end is told to those who have heard of the beginning, or are just being told.
    private mutating func tellOfEnd(_ entry: (id: Int64, notifier: Notifier), _ alert: Int64, _ row: AlertRow) throws {
        try withdraw(alert, notifier: entry.id)
        let statement = try database.cachedStatement(
            sql: """
                SELECT 1 FROM deliveries
                WHERE alert_id = ? AND notifier_id = ? AND episode = ? AND kind <> 'resolved'
                    AND state IN ('delivered', 'claimed', 'waiting') LIMIT 1
                """)
        let heard = try Int.fetchOne(statement, arguments: [alert, entry.id, row.state.episode]) != nil
        if heard { try insert(.resolved, entry, alert, row) }
    }

    private mutating func insert(
        _ kind: NoticeKind, _ entry: (id: Int64, notifier: Notifier), _ alert: Int64, _ row: AlertRow
    ) throws {
        let key = key(kind, entry.notifier.name, row)
        let group = "\(row.labels["host"] ?? "")/\(row.rule)"
        let notice = NoticeEntry(row.alert, kind, key: key)
        let due = try due(entry.id, group)
        // A notice that was withdrawn while something hid the alert is due again.
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO deliveries
                    (key, notifier_id, alert_id, episode, kind, group_key, payload, created_at, due_at, state)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting')
                ON CONFLICT (key) DO UPDATE SET state = 'waiting', payload = excluded.payload,
                    created_at = excluded.created_at, due_at = excluded.due_at, ended_at = NULL
                WHERE state = 'withdrawn'
                """)
        try statement.execute(arguments: [
            key, entry.id, alert, row.state.episode, kind.rawValue, group, try StoredJSON.encode(notice),
            now.milliseconds, due,
        ])
        written += database.changesCount
    }

    /// The same for the same change, whenever it is written.
    private func key(_ kind: NoticeKind, _ notifier: String, _ row: AlertRow) -> String {
        let state = row.state
        let part =
            switch kind {
            case .firing, .resolved: ""
            case .raised: "-\(state.severity)"
            case .reminder: "-\(state.reminders)"
            case .flapping: "-\(state.changes.last?.milliseconds ?? 0)"
            }
        return "\(row.fingerprint)/\(state.episode)/\(kind)\(part)/\(notifier)"
    }

    /// A group that waits takes it along.
    private func due(_ notifier: Int64, _ group: String) throws -> Int64 {
        let statement = try database.cachedStatement(
            sql: """
                SELECT min(due_at) FROM deliveries
                WHERE notifier_id = ? AND group_key = ? AND state = 'waiting' AND attempts = 0
                """)
        let waiting = try Int64.fetchOne(statement, arguments: [notifier, group])
        return waiting ?? now.milliseconds + Int64(settings.groupWaitSeconds) * 1000
    }
}
