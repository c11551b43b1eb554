import DebVisorCore
import GRDB
package import Storage

/// The domain's SQLite file: series, their samples and roll-ups.
package struct MetricStore: Sendable {
    package static let store = StoreDescription(
        name: "metrics", path: "metrics.db", recovery: recovery, migrations: MetricSchema.migrations,
        entries: entries)

    static let recovery = "restore the file from a backup of the state directory, or move it away and begin anew"

    /// Of the oldest and the newest sample or roll-up.
    @Sendable private static func entries(_ database: Database) throws -> ClosedRange<Int64>? {
        let chunks = try database.entries("SELECT min(first), max(last) FROM chunks")
        var (least, most) = (chunks?.lowerBound ?? .max, chunks?.upperBound ?? .min)
        let rows = try Row.fetchCursor(database, sql: "SELECT data FROM batches")
        while let row = try rows.next() {
            try BatchTail.samples(of: row) { data in
                for index in 0..<data.count / SampleBatch.stride {
                    let time = SampleBatch.record(data, index).time
                    (least, most) = (min(least, time), max(most, time))
                }
            }
        }
        return least <= most ? least...most : nil
    }

    let store: Store
    /// The most series that there can be.
    let seriesLimit: Int

    package init(_ store: Store, seriesLimit: Int = 250_000) {
        self.store = store
        self.seriesLimit = seriesLimit
    }
}
