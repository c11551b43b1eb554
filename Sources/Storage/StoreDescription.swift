package import GRDB

/// What a domain says of its SQLite file: enough to open, migrate, list and check it without knowing the domain.
package struct StoreDescription: Sendable {
    /// One word for messages and listings: `inventory`.
    package let name: String
    /// Where the file lies under the state directory: `inventory.db`.
    package let path: String
    /// How to come back when the file is damaged, as a hint: "move it away: it fills again by itself".
    package let recovery: String
    /// Every step of the schema, oldest first. A released step is never changed, renamed or moved.
    package let migrations: [Migration]

    package init(name: String, path: String, recovery: String, migrations: [Migration]) {
        self.name = name
        self.path = path
        self.recovery = recovery
        self.migrations = migrations
    }

    /// The name of the newest step: what `schema` means in listings and messages.
    package var schema: String { migrations.last?.name ?? "" }
}

/// One named step from an older schema to the next.
package struct Migration: Sendable {
    package let name: String
    let body: @Sendable (Database) throws -> Void

    /// A step in code. It runs inside a transaction with foreign keys unenforced (they are checked at its end), so that
    /// tables can be rebuilt.
    package init(_ name: String, _ body: @escaping @Sendable (Database) throws -> Void) {
        self.name = name
        self.body = body
    }

    /// A step in SQL: statements separated by `;`.
    package init(_ name: String, sql: String) {
        self.init(name) { try $0.execute(sql: sql) }
    }
}
