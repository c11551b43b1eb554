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
    /// The times of the oldest and the newest entry, in milliseconds since 1970; nil if there is none.
    let entries: @Sendable (Database) throws -> ClosedRange<Int64>?

    package init(
        name: String, path: String, recovery: String, migrations: [Migration],
        entries: @escaping @Sendable (Database) throws -> ClosedRange<Int64>? = { _ in nil }
    ) {
        self.entries = entries
        self.name = name
        self.path = path
        self.recovery = recovery
        self.migrations = migrations
    }

    /// The name of the newest step: what `schema` means in listings and messages.
    package var schema: String { migrations.last?.name ?? "" }
}

extension Database {
    /// What `StoreDescription.entries` answers.
    /// - Parameter span: SQL for two numbers, the least and the largest; none of both if there are no rows.
    package func entries(_ span: String) throws -> ClosedRange<Int64>? {
        guard let row = try Row.fetchOne(self, sql: span), let least = row[0] as Int64?, let most = row[1] as Int64?
        else {
            return nil
        }
        return least...max(least, most)
    }
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
