package import DebVisorCore
import GRDB
import Storage

/// What is in the outbox for one notifier.
package struct NotifierState: Sendable, Hashable {
    /// Notices that are to be sent, now or later.
    package var waiting = 0
    /// Of these, those that somebody is sending, or was when it died.
    package var claimed = 0
    /// Of these, those whose time has come, and those that failed before.
    package var due = 0
    package var retrying = 0
    package var delivered = 0
    /// Not sent, as it was over or hidden before.
    package var withdrawn = 0
    package var givenUp = 0
    /// Of the next attempt.
    package var dueAt: Timestamp?
    package var deliveredAt: Timestamp?
    /// Why the newest notice that was tried did not go through; nil: it did.
    package var problem: String?

    package init() {}
}

/// A notice with the alert that it is of.
package struct OutboxNotice: Sendable, Hashable {
    package var alert: AlertID
    package var rule: String
    package var series: String
    package var severity: AlertSeverity
    package var notice: AlertNotice
}

extension AlertStore {
    /// What is in the outbox, by the names of notifiers; one without notices is not there.
    package func notifierStates(at now: Timestamp) throws -> [String: NotifierState] {
        try store.read { database in
            var states: [String: NotifierState] = [:]
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT n.id, n.name, d.state, count(*) AS n, sum(d.due_at <= ?) AS due, sum(d.attempts > 0) AS tried,
                        min(d.due_at) AS due_at, max(d.ended_at) AS ended_at
                    FROM deliveries d JOIN notifiers n ON n.id = d.notifier_id GROUP BY n.id, d.state
                    """, arguments: [now.milliseconds])
            while let row = try rows.next() {
                let name = row["name"] as String
                var state = states[name] ?? NotifierState()
                try state.add(row)
                if states[name] == nil { state.problem = try problem(of: row["id"], database) }
                states[name] = state
            }
            return states
        }
    }

    private func problem(of notifier: Int64, _ database: Database) throws -> String? {
        try String.fetchOne(
            database,
            sql: """
                SELECT problem FROM deliveries WHERE notifier_id = ? AND attempts > 0 AND state <> 'withdrawn'
                ORDER BY id DESC LIMIT 1
                """, arguments: [notifier])
    }

    /// Notices, the newest first.
    /// - Parameter states: empty: all.
    package func outbox(
        states: Set<AlertNotice.State> = [], notifier: String? = nil, limit: Int = 100
    ) throws -> [OutboxNotice] {
        let words = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
        return try store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT d.*, n.name, a.fingerprint, a.rule, a.series, a.severity
                    FROM deliveries d JOIN notifiers n ON n.id = d.notifier_id JOIN alerts a ON a.id = d.alert_id
                    WHERE (:notifier IS NULL OR n.name = :notifier)
                        AND \(states.isEmpty ? "1" : "d.state IN (\(words))")
                    ORDER BY d.id DESC LIMIT :limit
                    """, arguments: ["notifier": notifier, "limit": limit]
            ).map { row in
                OutboxNotice(
                    alert: AlertID(stored: row["fingerprint"]), rule: row["rule"], series: row["series"],
                    severity: try AlertRow.word(row["severity"]), notice: try Self.notice(row))
            }
        }
    }
}

extension NotifierState {
    /// Counts of one state of notices.
    fileprivate mutating func add(_ row: Row) throws {
        let count: Int = row["n"]
        switch try AlertRow.word(row["state"]) as AlertNotice.State {
        case .waiting:
            (waiting, due, retrying) = (waiting + count, due + (row["due"] ?? 0), retrying + (row["tried"] ?? 0))
            dueAt = (row["due_at"] as Int64?).map(Timestamp.init(milliseconds:))
        case .claimed: (waiting, claimed) = (waiting + count, count)
        case .delivered:
            delivered = count
            deliveredAt = (row["ended_at"] as Int64?).map(Timestamp.init(milliseconds:))
        case .withdrawn: withdrawn = count
        case .failed: givenUp = count
        }
    }
}
