package import DebVisorCore
import GRDB
import Storage

extension AlertStore {
    /// Adds a notifier, or changes the one of that name if `replacing`.
    /// - Returns: false if it was there as it is.
    /// - Throws: `usage` for one that cannot work, `conflict` if there is one of that name.
    @discardableResult
    package func add(_ notifier: Notifier, replacing: Bool = false, at now: Timestamp) throws -> Bool {
        try notifier.check()
        let definition = try StoredJSON.encode(notifier)
        return try store.write("notifier") { database in
            let old = try String.fetchOne(
                database, sql: "SELECT definition FROM notifiers WHERE name = ?", arguments: [notifier.name])
            if old == definition { return false }
            guard old == nil || replacing else {
                throw Fault(
                    .conflict, "there is a notifier '\(notifier.name)' already",
                    hint: "replace it, or choose another name")
            }
            try database.execute(
                sql: """
                    INSERT INTO notifiers (name, definition, created_at) VALUES (?, ?, ?)
                    ON CONFLICT (name) DO UPDATE SET definition = excluded.definition
                    """, arguments: [notifier.name, definition, now.milliseconds])
            if !notifier.isEnabled { try Self.withdraw(from: notifier.name, now, database) }
            return true
        }
    }

    /// By name.
    package func notifiers() throws -> [Notifier] { try store.read { try Self.notifiers($0).map(\.notifier) } }

    /// - Throws: `notFound`.
    package func notifier(_ name: String) throws -> Notifier {
        guard let found = try notifiers().first(where: { $0.name == name }) else { throw Self.noNotifier(name) }
        return found
    }

    /// Removes a notifier, and what it was still to be told.
    /// - Throws: `notFound`.
    package func deleteNotifier(_ name: String) throws {
        try store.write("notifier") { database in
            try database.execute(sql: "DELETE FROM notifiers WHERE name = ?", arguments: [name])
            guard database.changesCount > 0 else { throw Self.noNotifier(name) }
        }
    }

    /// What a notifier that is switched off was still to be told, it is not told later either.
    private static func withdraw(from notifier: String, _ now: Timestamp, _ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE deliveries SET state = 'withdrawn', ended_at = ?
                WHERE state = 'waiting' AND notifier_id = (SELECT id FROM notifiers WHERE name = ?)
                """, arguments: [now.milliseconds, notifier])
    }

    static func notifiers(_ database: Database) throws -> [(id: Int64, notifier: Notifier)] {
        let statement = try database.cachedStatement(sql: "SELECT id, definition FROM notifiers ORDER BY name")
        return try Row.fetchAll(statement).map { row in
            (row[0], try StoredJSON.decode(Notifier.self, from: row[1], of: "notifiers"))
        }
    }

    private static func noNotifier(_ name: String) -> Fault {
        Fault(.notFound, "there is no notifier '\(name)'", hint: "see 'debvisor alert notify list'")
    }
}
