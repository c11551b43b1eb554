package import DebVisorCore
internal import GRDB
package import Storage

/// Names of real objects as they were last seen, so that completion and suggestions can answer without asking anybody.
package struct Inventory: Sendable {
    /// A kind of object that somebody else keeps; ours are in the stores of their domains.
    package enum Kind: String, Sendable {
        case machine = "vm"
    }

    /// The file of this domain.
    package static let store = StoreDescription(
        name: "inventory", path: "inventory.db",
        recovery: "move the file away: it only remembers names and fills again by itself",
        migrations: [
            Migration(
                "names",
                sql: """
                    CREATE TABLE names (
                        kind TEXT NOT NULL,
                        scope TEXT NOT NULL,
                        name TEXT NOT NULL,
                        seen_at INTEGER NOT NULL,
                        PRIMARY KEY (kind, scope, name)
                    ) WITHOUT ROWID
                    """)
        ], entries: { try $0.entries("SELECT min(seen_at), max(seen_at) FROM names") })

    private let store: Store

    package init(_ store: Store) { self.store = store }

    /// Notes that exactly these objects exist in `scope` (for machines the hypervisor's URI) at this moment.
    package func record(_ names: [String], of kind: Kind, in scope: String, at time: Timestamp) throws {
        try store.write("inventory") { database in
            try database.execute(
                sql: "DELETE FROM names WHERE kind = ? AND scope = ?", arguments: [kind.rawValue, scope])
            let insertion = try database.makeStatement(
                sql: "INSERT OR IGNORE INTO names (kind, scope, name, seen_at) VALUES (?, ?, ?, ?)")
            for name in names {
                try insertion.execute(arguments: [kind.rawValue, scope, name, time.milliseconds])
            }
        }
    }

    /// Names that begin with `prefix`, sorted, each once; from one scope, or from all.
    package func names(of kind: Kind, in scope: String? = nil, startingWith prefix: String = "") throws -> [String] {
        try store.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT DISTINCT name FROM names
                    WHERE kind = :kind AND (:scope IS NULL OR scope = :scope)
                      AND substr(name, 1, length(:prefix)) = :prefix
                    ORDER BY name
                    """,
                arguments: ["kind": kind.rawValue, "scope": scope, "prefix": prefix])
        }
    }

    /// When the objects of a scope were last recorded; nil if there were none.
    package func lastSeen(_ kind: Kind, in scope: String) throws -> Timestamp? {
        try store.read { database in
            try Int64.fetchOne(
                database, sql: "SELECT max(seen_at) FROM names WHERE kind = ? AND scope = ?",
                arguments: [kind.rawValue, scope]
            ).map(Timestamp.init(milliseconds:))
        }
    }
}
