package import DebVisorCore
import GRDB
import Storage

extension AlertStore {
    /// Adds rules that come with the program: each once in the life of a store, so one that somebody deleted stays
    /// deleted, and one that has the name of another leaves that alone.
    /// - Returns: the names of those that were added.
    /// - Throws: `usage` for one that can never fire.
    @discardableResult
    package func offer(_ rules: [AlertRule], at now: Timestamp) throws -> [String] {
        for rule in rules { try rule.check() }
        guard try store.read({ try Self.unknown(rules, $0) }).isEmpty == false else { return [] }
        return try store.write("alert-rule") { database in
            var added: [String] = []
            for rule in try Self.unknown(rules, database) {
                try database.execute(
                    sql: """
                        INSERT INTO rules (name, definition, created_at, changed_at) VALUES (:name, :rule, :now, :now)
                        ON CONFLICT (name) DO NOTHING
                        """,
                    arguments: ["name": rule.name, "rule": try StoredJSON.encode(rule), "now": now.milliseconds])
                if database.changesCount > 0 { added.append(rule.name) }
                try database.execute(
                    sql: "INSERT OR REPLACE INTO settings VALUES (?, ?)",
                    arguments: [Self.offered + rule.name, now.milliseconds])
            }
            return added
        }
    }

    private static let offered = "offered-rule:"

    /// Those that this store was never offered.
    private static func unknown(_ rules: [AlertRule], _ database: Database) throws -> [AlertRule] {
        let names = try String.fetchSet(
            database, sql: "SELECT name FROM settings WHERE name LIKE ?", arguments: [offered + "%"])
        return rules.filter { !names.contains(offered + $0.name) }
    }

    /// Has a rule looked at again, or not any more; what a rule that is switched off has open is over.
    /// - Returns: false if it was so already.
    /// - Throws: `notFound`.
    @discardableResult
    package func setEnabled(_ name: String, _ isEnabled: Bool, by actor: String, at now: Timestamp) throws -> Bool {
        try store.write("alert-rule") { database in
            guard var rule = try Self.rule(name, database) else { throw Self.noRule(name) }
            guard rule.isEnabled != isEnabled else { return false }
            if !isEnabled { try Self.endAll(of: rule, by: actor, "the rule was disabled", now, database) }
            rule.isEnabled = isEnabled
            try database.execute(
                sql: "UPDATE rules SET definition = ?, changed_at = ? WHERE name = ?",
                arguments: [try StoredJSON.encode(rule), now.milliseconds, name])
            return true
        }
    }
}
