package import DebVisorCore
import GRDB
package import Platform

/// What one store holds, and how much of the disk it takes.
package struct StoreStatistics: Sendable {
    package struct Table: Sendable {
        package var name: String
        package var rows: Int64
    }

    package var name: String
    /// The file's absolute path.
    package var path: String
    /// The newest step of its schema that it has been through; nil if there is no file.
    package var schema: String?
    /// Bytes of the file, of its write-ahead log, and of pages that hold nothing.
    package var fileBytes: UInt64 = 0
    package var logBytes: UInt64 = 0
    package var freeBytes: UInt64 = 0
    /// By name, without those that are SQLite's or the schema's.
    package var tables: [Table] = []
    /// Of the oldest and the newest entry.
    package var entries: ClosedRange<Timestamp>?
    /// When file or log last changed.
    package var changedAt: Timestamp?

    /// Of a store of which nothing is known yet.
    package init(name: String, path: String) { (self.name, self.path) = (name, path) }
}

extension Store {
    /// Counts what a store holds; reads one page in some. Changes nothing.
    /// - Throws: `conflict` for a schema that is not ours; as `Fault.store`.
    package static func statistics(
        _ description: StoreDescription, in directory: StateDirectory
    ) throws -> StoreStatistics {
        var found = StoreStatistics(name: description.name, path: directory.file(description.path))
        guard let store = try openExisting(description, in: directory) else { return found }
        found.fileBytes = try directory.size(of: description.path) ?? 0
        found.logBytes = try directory.size(of: description.path + "-wal") ?? 0
        found.changedAt = [found.path, found.path + "-wal"].compactMap { try? File($0, .read).modified }.max()
            .map(Timestamp.init(milliseconds:))
        try store.read { database in
            found.schema = description.schema
            let free = try Int64.fetchOne(
                database, sql: "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size")
            found.freeBytes = UInt64(clamping: free ?? 0)
            let names = try String.fetchAll(
                database,
                sql: """
                    SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
                        AND name <> 'schema_migrations' ORDER BY name
                    """)
            found.tables = try names.map { name in
                let rows = try Int64.fetchOne(database, sql: "SELECT count(*) FROM \(name.quotedDatabaseIdentifier)")
                return StoreStatistics.Table(name: name, rows: rows ?? 0)
            }
            found.entries = try description.entries(database).map {
                Timestamp(milliseconds: $0.lowerBound)...Timestamp(milliseconds: $0.upperBound)
            }
        }
        return found
    }
}
