import DebVisorCore
import GRDB

/// How far a file's schema has come, told by the names of the steps it has been through.
enum Schema: Equatable {
    case current
    /// This many steps are done; none for a new file.
    case older(done: Int)
    /// Steps that this program does not know, or not in this order; the last of them.
    case unknown(String)

    init(of database: Database, against description: StoreDescription) throws {
        let known = description.migrations.map(\.name)
        // GRDB's own question reads the whole schema first.
        let isThere = try Bool.fetchOne(
            database, sql: "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?", arguments: [Self.table])
        let done =
            try isThere == true
            ? String.fetchAll(database, sql: "SELECT name FROM \(Self.table) ORDER BY position") : []
        if done == known {
            self = .current
        } else if known.starts(with: done) {
            self = .older(done: done.count)
        } else {
            self = .unknown(done.last ?? "")
        }
    }

    /// Takes the file to the current schema, all steps or none.
    /// - Throws: `conflict` if the file has been through steps that we don't know.
    static func migrate(_ database: Database, to description: StoreDescription, path: String) throws {
        switch try Schema(of: database, against: description) {
        case .current: return
        case .unknown(let step): throw refusal(of: step, description, path)
        case .older(let done):
            try database.execute(
                sql: "CREATE TABLE IF NOT EXISTS \(table) (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)")
            for (position, migration) in description.migrations.enumerated().dropFirst(done) {
                try migration.body(database)
                try database.execute(
                    sql: "INSERT INTO \(table) (position, name) VALUES (?, ?)", arguments: [position, migration.name])
            }
            try database.checkForeignKeys()
        }
    }

    /// Whether the file began as this store, whatever it has been through since.
    static func isOurs(_ database: Database, _ description: StoreDescription) throws -> Bool {
        let first = try String.fetchOne(database, sql: "SELECT name FROM \(table) ORDER BY position LIMIT 1")
        return first == description.migrations.first?.name
    }

    /// Why we don't touch a file that another version has changed.
    static func refusal(of step: String, _ description: StoreDescription, _ path: String) -> Fault {
        Fault(
            .conflict, "store '\(description.name)' was written by a newer debvisor (schema '\(step)')",
            hint: "install that version, or choose another directory with --state-dir",
            cause: "'\(path)' is newer than schema '\(description.schema)'")
    }

    private static let table = "schema_migrations"
}
