import GRDB
import Storage

extension AlertStore {
    /// The ids of what is open, the most urgent first, for completion.
    package func openIDs(limit: Int = 1000) throws -> [String] {
        try store.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT fingerprint FROM alerts WHERE status <> 'resolved'
                    ORDER BY rank, since DESC, id DESC LIMIT ?
                    """, arguments: [limit])
        }
    }

    /// The labels of all alerts there are, with their values: what a matcher can match.
    package func labels() throws -> [String: Set<String>] {
        try store.read { database in
            var labels: [String: Set<String>] = [:]
            let rows = try Row.fetchCursor(
                database, sql: "SELECT DISTINCT rule, metric, tags, object, host, severity FROM alerts")
            while let row = try rows.next() {
                for (name, value) in AlertRow.labels(row) { labels[name, default: []].insert(value) }
            }
            return labels
        }
    }
}
