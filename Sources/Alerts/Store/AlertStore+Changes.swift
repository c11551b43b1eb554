import DebVisorCore
import GRDB
import Storage

extension AlertStore {
    /// Another number as soon as somebody else has changed the store: cheap enough to ask each second
    /// (https://www.sqlite.org/pragma.html#pragma_data_version).
    package func version() throws -> Int {
        try store.read { try Int.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
    }

    /// The number of the newest row of the history; 0: there is none.
    package func lastEvent() throws -> Int64 {
        try store.read { try Int64.fetchOne($0, sql: "SELECT max(id) FROM history") ?? 0 }
    }

    /// What has changed since a row of the history, the oldest first, of alerts that fit a query as they are now; the
    /// query's limit counts rows of the history.
    package func events(after last: Int64, of query: AlertQuery = AlertQuery()) throws -> [AlertEvent] {
        try store.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT history.*, alerts.fingerprint, alerts.rule, alerts.series, alerts.metric, alerts.tags,
                        alerts.object, alerts.host
                    FROM history JOIN alerts ON alerts.id = history.alert_id
                    WHERE history.id > ? ORDER BY history.id LIMIT ?
                    """, arguments: [last, query.limit ?? -1])
            let filter = LabelFilter(query.matchers)
            return try rows.compactMap { row in
                let event = try Self.event(row)
                let labels = query.matchers.isEmpty ? [:] : AlertRow.labels(row)
                let statuses = [event.to, event.from].compactMap(\.self)
                let hasStatus = query.statuses.isEmpty || statuses.contains(where: query.statuses.contains)
                let hasSeverity = query.severities.isEmpty || query.severities.contains(event.severity)
                return hasStatus && hasSeverity && filter.fits(labels) ? event : nil
            }
        }
    }
}
