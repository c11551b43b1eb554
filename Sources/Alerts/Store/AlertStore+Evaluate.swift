package import DebVisorCore
import GRDB
import Storage

extension AlertStore {
    /// Takes in what rules found and what time has done, all or nothing; durable with everything that is to be told
    /// when it returns. The same observations again change nothing.
    ///
    /// - Parameter observations: of one rule and series in order of time.
    @discardableResult
    package func evaluate(_ observations: [Observation], at now: Timestamp) throws -> EvaluationReport {
        try store.write("alert-evaluate") { database in
            let pass = try EvaluationPass(database, now)
            for observation in observations { try pass.observe(observation) }
            try pass.tickAll()
            try pass.finish()
            return pass.report
        }
    }

    /// Ends the alerts of series that are not there any more, with a reason.
    /// - Parameter series: their ids.
    /// - Returns: how many alerts were open.
    @discardableResult
    package func retire(_ series: [String], by actor: String, _ reason: String, at now: Timestamp) throws -> Int {
        try store.write("alert-retire") { database in
            let pass = try EvaluationPass(database, now)
            var count = 0
            for id in series {
                for row in try pass.open(where: "series_id = ?", [id]) {
                    guard let rule = try Self.rule(row.rule, database) else { continue }
                    count += 1
                    pass.change(row, rule) { $0.resolveByHand(at: now, by: actor, reason) }
                }
            }
            try pass.finish()
            return count
        }
    }
}
