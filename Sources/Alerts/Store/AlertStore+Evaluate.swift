package import DebVisorCore
import GRDB
import Storage

extension AlertStore {
    /// Takes in what rules found and what time has done, all or nothing; durable with everything that is to be told
    /// when it returns. The same observations again change nothing.
    ///
    /// - Parameters:
    ///   - observations: of one rule and series in order of time.
    ///   - looked: the rules that looked for news; nil: all.
    @discardableResult
    package func evaluate(
        _ observations: [Observation], at now: Timestamp, looked: Set<String>? = nil
    ) throws -> EvaluationReport {
        try store.write("alert-evaluate") { database in
            let pass = try EvaluationPass(database, now)
            for observation in observations { try pass.observe(observation) }
            try pass.tickAll(looked)
            try pass.finish()
            return pass.report
        }
    }

    /// Ends the alerts of series that are not there any more, with a reason.
    /// - Parameter series: their ids.
    /// - Returns: how many alerts were open.
    @discardableResult
    package func retire(_ series: [String], by actor: String, _ reason: String, at now: Timestamp) throws -> Int {
        let retired = series.map { RetiredSeries(id: $0, rule: nil, reason: reason) }
        return try retire(retired, by: actor, at: now).events.count
    }

    /// Ends the alerts of series that are not there any more, or that a rule does not look at any more.
    @discardableResult
    package func retire(_ series: [RetiredSeries], by actor: String, at now: Timestamp) throws -> EvaluationReport {
        try store.write("alert-retire") { database in
            let pass = try EvaluationPass(database, now)
            for gone in series {
                let rows = try pass.open(
                    where: "series_id = :series AND (:rule IS NULL OR rule = :rule)",
                    ["series": gone.id, "rule": gone.rule])
                for row in rows {
                    guard let rule = try Self.rule(row.rule, database) else { continue }
                    pass.change(row, rule) { $0.resolveByHand(at: now, by: actor, gone.reason) }
                }
            }
            try pass.finish()
            return pass.report
        }
    }
}

/// A series of which nothing is to be expected any more.
package struct RetiredSeries: Sendable, Hashable {
    package var id: String
    /// Only its alert of this rule; nil: those of all.
    package var rule: String?
    /// In words: `the machine is gone`.
    package var reason: String

    package init(id: String, rule: String?, reason: String) { (self.id, self.rule, self.reason) = (id, rule, reason) }
}
