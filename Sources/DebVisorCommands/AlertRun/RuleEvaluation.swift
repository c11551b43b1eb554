import Alerts
import CommandKit
import DebVisorCore
import Metrics

/// One look of rules at everything: what they find is gathered first, and then evaluated in one transaction, so that what
/// fires together with its host is hidden before anybody is told.
struct RuleEvaluation: Sendable {
    let store: AlertStore
    let context: AppContext
    let session: Session
    let now: Timestamp

    /// Blocks its thread. - Throws: `Interruption` before anything is written.
    func run(_ rules: [AlertRule]) throws -> EvaluationReport {
        let task = session.progress("looking at series")
        defer { task.finish() }
        let scene = try RuleScene(context, session, now: now)
        var observations: [Observation] = []
        var retired: [RetiredSeries] = []
        for rule in rules {
            task.note("rule \(rule.name)")
            let span = RuleSpan(known: try store.known(ofRule: rule.name), now: now)
            let count = try RuleReader(rule: rule, scene: scene, span: span).read { reading in
                if let reason = reading.retired {
                    guard span.isOpen(reading.series.id) else { return }
                    retired.append(RetiredSeries(id: reading.series.id, rule: rule.name, reason: reason))
                } else {
                    observations += reading.observations
                }
            }
            session.log("rule \(rule.name): \(count) series")
        }
        var report = EvaluationReport()
        if !retired.isEmpty { report = try store.retire(retired, by: "rules", at: now) }
        let events = report.events
        report = try store.evaluate(observations, at: now, looked: Set(rules.map(\.name)))
        report.events = events + report.events
        return report
    }
}
