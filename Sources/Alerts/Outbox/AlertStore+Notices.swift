package import DebVisorCore
import GRDB
import Storage

/// What became of one notice of an alert.
package struct AlertNotice: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Codable, CaseIterable {
        case waiting
        /// Somebody is sending it.
        case claimed
        case delivered
        /// Not sent: the alert was over or hidden before, or its notifier was switched off.
        case withdrawn
        /// Given up.
        case failed
    }

    package var notifier: String
    package var kind: NoticeKind
    package var episode: Int
    package var state: State
    package var createdAt: Timestamp
    /// Of the next attempt; nil once there is none.
    package var dueAt: Timestamp?
    package var endedAt: Timestamp?
    package var attempts: Int
    /// Why the last attempt failed.
    package var problem: String?
}

extension AlertStore {
    /// Whom an alert was told to, the newest first.
    package func notices(of id: AlertID, limit: Int = 100) throws -> [AlertNotice] {
        try store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT d.*, n.name FROM deliveries d JOIN notifiers n ON n.id = d.notifier_id
                    WHERE d.alert_id = (SELECT id FROM alerts WHERE fingerprint = ?) ORDER BY d.id DESC LIMIT ?
                    """, arguments: [id.text, limit]
            ).map(Self.notice)
        }
    }

    static func notice(_ row: Row) throws -> AlertNotice {
        let state: AlertNotice.State = try AlertRow.word(row["state"])
        func moment(_ milliseconds: Int64?) -> Timestamp? { milliseconds.map(Timestamp.init(milliseconds:)) }
        return AlertNotice(
            notifier: row["name"], kind: try AlertRow.word(row["kind"]), episode: row["episode"], state: state,
            createdAt: Timestamp(milliseconds: row["created_at"]),
            dueAt: state == .waiting ? moment(row["due_at"]) : nil,
            endedAt: moment(row["ended_at"]), attempts: row["attempts"], problem: row["problem"])
    }
}
