package import DebVisorCore
import GRDB
import Storage

/// How far one series was seen by one rule, for whoever looks for what is new.
package struct KnownAlert: Sendable, Hashable {
    /// Of the newest sample that was taken in.
    package var sampleAt: Timestamp
    package var isOpen: Bool
}

extension AlertStore {
    /// The alerts that a rule ever had, by the ids of their series.
    package func known(ofRule name: String) throws -> [String: KnownAlert] {
        try store.read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT series_id, sample_at, status <> 'resolved' FROM alerts WHERE rule = ?",
                arguments: [name])
            return Dictionary(
                rows.map { row in
                    (
                        row[0] as String,
                        KnownAlert(sampleAt: Timestamp(milliseconds: row[1]), isOpen: row[2])
                    )
                }
            ) { $1 }
        }
    }

    /// How many alerts of each rule are open; rules without any are not in it.
    package func openCounts() throws -> [String: Int] {
        try store.read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT rule, count(*) FROM alerts WHERE status <> 'resolved' GROUP BY rule")
            return Dictionary(rows.map { ($0[0] as String, $0[1] as Int) }) { $1 }
        }
    }
}
