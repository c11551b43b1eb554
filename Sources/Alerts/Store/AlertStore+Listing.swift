package import DebVisorCore
import GRDB
import Storage

/// Which alerts, and how many.
package struct AlertQuery: Sendable, Hashable {
    /// Empty: all that are open,
    package var statuses: Set<AlertStatus> = []
    /// and with this those that are over, too.
    package var includesResolved = false
    package var severities: Set<AlertSeverity> = []
    package var matchers: [LabelMatcher] = []
    package var limit: Int?

    package init(
        statuses: Set<AlertStatus> = [], severities: Set<AlertSeverity> = [], matchers: [LabelMatcher] = [],
        limit: Int? = nil
    ) {
        (self.statuses, self.severities, self.matchers, self.limit) = (statuses, severities, matchers, limit)
    }
}

extension AlertStore {
    /// The most urgent first, of these the newest.
    package func alerts(_ query: AlertQuery = AlertQuery()) throws -> [Alert] { try page(query).alerts }

    /// How many there are of each status, and of these how many of each severity.
    package func counts() throws -> [AlertStatus: [AlertSeverity: Int]] {
        try store.read { database in
            var counts: [AlertStatus: [AlertSeverity: Int]] = [:]
            let rows = try Row.fetchAll(
                database, sql: "SELECT status, severity, count(*) FROM alerts GROUP BY status, severity")
            for row in rows {
                let (status, severity): (AlertStatus, AlertSeverity) = (
                    try AlertRow.word(row[0]), try AlertRow.word(row[1])
                )
                counts[status, default: [:]][severity] = row[2]
            }
            return counts
        }
    }

    /// - Parameter id: or a beginning that no other has.
    /// - Throws: `notFound`, `usage` if several begin so.
    package func alert(_ id: String) throws -> Alert { try store.read { try Self.row(id, $0).alert } }

    /// The newest first; of one alert or of all.
    package func history(
        of id: AlertID? = nil, since: Timestamp? = nil, before: Int64? = nil, limit: Int = 100
    ) throws -> [AlertEvent] {
        try store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT history.*, alerts.fingerprint, alerts.rule, alerts.series
                    FROM history JOIN alerts ON alerts.id = history.alert_id
                    WHERE (:id IS NULL OR history.alert_id = (SELECT id FROM alerts WHERE fingerprint = :id))
                        AND history.at >= :since AND history.id < :before
                    ORDER BY history.id DESC LIMIT :limit
                    """,
                arguments: [
                    "id": id?.text, "since": since?.milliseconds ?? .min, "before": before ?? .max, "limit": limit,
                ]
            ).map(Self.event)
        }
    }

    static func event(_ row: Row) throws -> AlertEvent {
        AlertEvent(
            id: row["id"], alert: AlertID(stored: row["fingerprint"]), rule: row["rule"], series: row["series"],
            at: Timestamp(milliseconds: row["at"]), actor: row["actor"],
            from: try (row["from_status"] as String?).map { try AlertRow.word($0) },
            to: try AlertRow.word(row["to_status"]), severity: try AlertRow.word(row["severity"]),
            episode: row["episode"], value: row["value"], reason: row["reason"])
    }
}
