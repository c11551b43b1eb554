import GRDB
package import Platform
package import Storage

/// The domain's SQLite file: jobs, their runs, and every run that did not happen.
package struct ScheduleStore: Sendable {
    package static let store = StoreDescription(
        name: "schedules", path: "schedules.db",
        recovery: "restore the file from a backup of the state directory, or move it away and add the jobs again",
        migrations: ScheduleSchema.migrations,
        entries: { try $0.entries("SELECT min(created_at), max(created_at) FROM runs") })

    let store: Store
    /// Where the files of runs are.
    let directory: StateDirectory

    package init(_ store: Store, in directory: StateDirectory) {
        self.store = store
        self.directory = directory
    }

    /// Waits until what anybody has begun to write can be seen (see `Store.awaitWriters`).
    func awaitWriters() throws { try store.awaitWriters() }

    /// The part of run ids that tells this state directory from others on the host.
    static func ledger(_ database: Database) throws -> String {
        try String.fetchOne(database, sql: "SELECT value FROM settings WHERE name = 'ledger'") ?? ""
    }
}
