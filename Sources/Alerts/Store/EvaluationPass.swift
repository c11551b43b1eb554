import DebVisorCore
import GRDB

/// One look at alerts, in a transaction: what was observed, what time does, what hides what; then what is written down
/// and told.
final class EvaluationPass {
    private let database: Database
    private let now: Timestamp
    private let settings: AlertSettings
    private let rules: [String: AlertRule]
    private var outbox: OutboxWriter
    /// Alerts that were looked at, with what happened to them.
    private var touched: [String: Touched] = [:]
    private(set) var report = EvaluationReport()

    private struct Touched {
        var row: AlertRow
        var changes: [AlertChange] = []
        var intents: [Intent] = []
        var isDirty = false
    }

    init(_ database: Database, _ now: Timestamp) throws {
        (self.database, self.now) = (database, now)
        settings = try AlertStore.settings(database)
        rules = Dictionary(uniqueKeysWithValues: try AlertStore.rules(database).map { ($0.name, $0) })
        outbox = try OutboxWriter(database, settings, now)
    }

    func open(where condition: String, _ arguments: StatementArguments) throws -> [AlertRow] {
        let statement = try database.cachedStatement(
            sql: AlertRow.selection + "WHERE status <> 'resolved' AND \(condition) ORDER BY id")
        return try Row.fetchAll(statement, arguments: arguments).map { try AlertRow($0) }
    }

    func row(_ fingerprint: String) throws -> AlertRow? {
        // Nearly all that is observed is well and has no row: a row of so many columns is prepared only for the others.
        let known = try database.cachedStatement(sql: "SELECT id FROM alerts WHERE fingerprint = ?")
        guard let id = try Int64.fetchOne(known, arguments: [fingerprint]) else { return nil }
        let statement = try database.cachedStatement(sql: AlertRow.selection + "WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map { try AlertRow($0) }
    }

    /// Takes in what a rule found.
    func observe(_ observation: Observation) throws {
        guard let rule = rules[observation.rule], rule.isEnabled else {
            report.withoutRule += 1
            return
        }
        let fingerprint = AlertID(rule: rule.name, series: observation.series.id).text
        var row =
            try touched[fingerprint]?.row ?? self.row(fingerprint)
            ?? AlertRow(rule: rule.name, series: observation.series, at: observation.time)
        // Who carries what may have changed since.
        row.series = observation.series
        change(row, rule) { $0.observe(observation, now: now) }
    }

    /// Runs `body` on the machine of one alert and remembers what comes of it.
    func change(_ row: AlertRow, _ rule: AlertRule, _ body: (inout AlertMachine) throws -> Void) rethrows {
        var entry = touched[row.fingerprint.text] ?? Touched(row: row)
        var machine = AlertMachine(rule, settings, entry.row.state)
        try body(&machine)
        guard machine.state.episode > 0 else { return }
        entry.isDirty = entry.isDirty || machine.state != entry.row.state || row.series != entry.row.series
        entry.row.series = row.series
        entry.row.state = machine.state
        entry.changes += machine.changes
        entry.intents += machine.intents
        touched[row.fingerprint.text] = entry
    }

    /// What time does to everything that is open, and what hides it.
    /// - Parameter looked: the rules that looked for news; nil: all. Of others nobody can say that nothing came.
    func tickAll(_ looked: Set<String>? = nil) throws {
        for row in try open(where: "1", []) where touched[row.fingerprint.text] == nil {
            touched[row.fingerprint.text] = Touched(row: row)
        }
        for entry in touched.values {
            guard let rule = rules[entry.row.rule], looked?.contains(rule.name) ?? true else { continue }
            change(entry.row, rule) { $0.tick(now) }
        }
        let hidden = try Suppression(database, now, touched.values.map(\.row), rules)
        for entry in touched.values {
            guard let rule = rules[entry.row.rule] else { continue }
            let cause = hidden.cause(of: entry.row)
            change(entry.row, rule) { $0.suppress(cause, now) }
        }
    }

    /// Writes down what happened.
    func finish() throws {
        let history = try database.cachedStatement(
            sql: """
                INSERT INTO history (alert_id, at, actor, from_status, to_status, severity, episode, value, reason)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for fingerprint in touched.keys.sorted() {
            guard var entry = touched[fingerprint], entry.isDirty || !entry.changes.isEmpty else { continue }
            try entry.row.save(database)
            let state = entry.row.state
            for change in entry.changes {
                try history.execute(arguments: [
                    entry.row.id, change.at.milliseconds, change.actor, change.from?.rawValue, change.to.rawValue,
                    state.severity.rawValue, state.episode, state.value, change.reason,
                ])
                report.note(change, of: entry.row, as: database.lastInsertedRowID)
            }
            try outbox.apply(entry.intents, to: entry.row)
        }
        report.notices = outbox.written
    }
}

/// What an evaluation did.
package struct EvaluationReport: Sendable, Hashable {
    /// Alerts that came to each status.
    package var changes: [AlertStatus: Int] = [:]
    /// Notices that were put into the outbox.
    package var notices = 0
    /// Observations whose rule is not there or not enabled.
    package var withoutRule = 0
    /// Everything that happened, in the order in which it was written down.
    package var events: [AlertEvent] = []

    package init() {}

    mutating func note(_ change: AlertChange, of row: AlertRow, as id: Int64) {
        if change.from != change.to { changes[change.to, default: 0] += 1 }
        events.append(
            AlertEvent(
                id: id, alert: row.fingerprint, rule: row.rule, series: row.series.text, at: change.at,
                actor: change.actor, from: change.from, to: change.to, severity: row.state.severity,
                episode: row.state.episode, value: row.state.value, reason: change.reason))
    }
}
