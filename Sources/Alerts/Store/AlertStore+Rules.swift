package import DebVisorCore
import GRDB
import Storage

extension AlertStore {
    /// Adds a rule, or changes the one of that name if `replacing`.
    /// - Returns: false if it was there as it is.
    /// - Throws: `usage` for one that can never fire, `conflict` if there is one of that name.
    @discardableResult
    package func add(
        _ rule: AlertRule, _ surroundings: RuleSurroundings = RuleSurroundings(), replacing: Bool = false,
        at now: Timestamp
    ) throws -> Bool {
        try rule.check(surroundings)
        let definition = try StoredJSON.encode(rule)
        return try store.write("alert-rule") { database in
            let old = try String.fetchOne(
                database, sql: "SELECT definition FROM rules WHERE name = ?", arguments: [rule.name])
            if old == definition { return false }
            guard old == nil || replacing else {
                throw Fault(
                    .conflict, "there is a rule '\(rule.name)' already", hint: "replace it, or choose another name")
            }
            try database.execute(
                sql: """
                    INSERT INTO rules (name, definition, created_at, changed_at) VALUES (:name, :rule, :now, :now)
                    ON CONFLICT (name) DO UPDATE SET definition = excluded.definition, changed_at = excluded.changed_at
                    """, arguments: ["name": rule.name, "rule": definition, "now": now.milliseconds])
            return true
        }
    }

    /// By name.
    package func rules() throws -> [AlertRule] { try store.read { try Self.rules($0) } }

    /// - Throws: `notFound`.
    package func rule(_ name: String) throws -> AlertRule {
        try store.read { database in
            guard let rule = try Self.rule(name, database) else { throw Self.noRule(name) }
            return rule
        }
    }

    /// Removes a rule; what it has open is over, and those who heard of it hear that.
    /// - Throws: `notFound`.
    package func deleteRule(_ name: String, by actor: String, at now: Timestamp) throws {
        try store.write("alert-rule") { database in
            guard let rule = try Self.rule(name, database) else { throw Self.noRule(name) }
            try Self.endAll(of: rule, by: actor, "the rule was deleted", now, database)
            try database.execute(sql: "DELETE FROM rules WHERE name = ?", arguments: [name])
        }
    }

    static func endAll(
        of rule: AlertRule, by actor: String, _ reason: String, _ now: Timestamp, _ database: Database
    ) throws {
        let pass = try EvaluationPass(database, now)
        for row in try pass.open(where: "rule = ?", [rule.name]) {
            pass.change(row, rule) { $0.resolveByHand(at: now, by: actor, reason) }
        }
        try pass.finish()
    }

    static func rules(_ database: Database) throws -> [AlertRule] {
        try String.fetchAll(database.cachedStatement(sql: "SELECT definition FROM rules ORDER BY name")).map(decode)
    }

    static func rule(_ name: String, _ database: Database) throws -> AlertRule? {
        try String.fetchOne(database, sql: "SELECT definition FROM rules WHERE name = ?", arguments: [name])
            .map(decode)
    }

    private static func decode(_ text: String) throws -> AlertRule {
        try StoredJSON.decode(AlertRule.self, from: text, of: "rules")
    }

    static func noRule(_ name: String) -> Fault {
        Fault(.notFound, "there is no rule '\(name)'", hint: "see 'debvisor alert rule list'")
    }
}
