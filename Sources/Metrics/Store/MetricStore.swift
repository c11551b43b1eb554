import DebVisorCore
import GRDB
package import Storage

/// The domain's SQLite file: series, their samples and roll-ups.
package struct MetricStore: Sendable {
    package static let store = StoreDescription(
        name: "metrics", path: "metrics.db", recovery: recovery, migrations: MetricSchema.migrations)

    static let recovery = "restore the file from a backup of the state directory, or move it away and begin anew"

    let store: Store
    /// The most series that there can be.
    let seriesLimit: Int

    package init(_ store: Store, seriesLimit: Int = 250_000) {
        self.store = store
        self.seriesLimit = seriesLimit
    }
}
