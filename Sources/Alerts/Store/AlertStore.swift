import DebVisorCore
import GRDB
package import Storage

/// The domain's SQLite file: rules, alerts and their history, silences, and what is to be told to whom.
package struct AlertStore: Sendable {
    package static let store = StoreDescription(
        name: "alerts", path: "alerts.db", recovery: recovery, migrations: AlertSchema.migrations,
        entries: { try $0.entries("SELECT min(at), max(at) FROM history") })

    static let recovery =
        "restore the file from a backup of the state directory, or move it away and add the rules again"

    let store: Store

    package init(_ store: Store) { self.store = store }
}
