import Alerts
import CommandKit
import DebVisorCore
import Metrics

/// Runs a rule over the past, each series by itself.
struct RuleRehearsal {
    private let rule: AlertRule
    private let settings: AlertSettings
    private let scene: RuleScene
    private let since: Timestamp

    init(_ rule: AlertRule, _ settings: AlertSettings, _ scene: RuleScene, since: Timestamp) {
        (self.rule, self.settings, self.scene, self.since) = (rule, settings, scene, since)
    }

    struct Outcome: Sendable {
        var steps: [ReplayedRecord] = []
        var series = 0
        var alerts = 0
        var notices = 0
        var warnings: [String] = []

        /// `in 2 series: 3 alerts would have fired, 6 notices`
        var sentence: String {
            let fired = alerts == 1 ? "1 alert would have fired" : "\(alerts) alerts would have fired"
            return "of \(series) series: \(fired), with \(notices) \(notices == 1 ? "notice" : "notices")"
        }
    }

    func run() throws -> Outcome {
        var outcome = Outcome()
        let reader = RuleReader(rule: rule, scene: scene, span: RuleSpan(replayFrom: since, now: scene.now))
        outcome.series = try reader.read { reading in
            var replay = RuleReplay(rule, settings)
            for observation in reading.observations { replay.observe(observation) }
            if let end = reading.endedAt, let reason = reading.retired { replay.end(at: end, reason) }
            replay.finish(at: scene.now)
            outcome.alerts += replay.steps.count { $0.to == .firing && $0.from != .nodata }
            outcome.notices += replay.notices
            outcome.steps += replay.steps.map { ReplayedRecord(step: $0, series: reading.series) }
        }
        outcome.steps.sort { ($0.step.at, $0.series.text) < ($1.step.at, $1.series.text) }
        outcome.warnings = try warnings()
        return outcome
    }

    private func warnings() throws -> [String] {
        var warnings: [String] = []
        let series = try scene.series(of: rule)
        let range = since...scene.now
        if let metrics = scene.metrics, try metrics.hasRollUps,
            let until = try series.compactMap({ try metrics.lastRollUp(of: $0, range) }).max()
        {
            warnings.append("samples until \(until) were rolled up: of that time nothing can be said")
        }
        if rule.condition.kind == .baseline {
            warnings.append("baselines are compared with as they are now, which the series did not know then")
        }
        return warnings
    }
}

/// One change that would have been.
struct ReplayedRecord: Record {
    var step: ReplayedStep
    var series: AlertSeries

    static var fields: [Field<ReplayedRecord>] {
        [
            .timestamp("timestamp", "When") { $0.step.at.milliseconds },
            .choice("from_status", "What it was; unknown if it was new", column: .none) { $0.step.from },
            .choice("status", "What it would have become") { $0.step.to },
            .choice("severity", "How bad it would have been") { $0.step.severity },
            .string("series", "Name and tags of the series") { $0.series.text },
            .string("object", "What it tells of", column: .none) { $0.series.object },
            .int("episode", "How often it would have begun", column: .none) { $0.step.episode },
            .double("value", "The value then") { $0.step.value.isFinite ? $0.step.value : nil },
            .string("message", "What people would have read", column: .none) {
                $0.step.message.isEmpty ? nil : $0.step.message
            },
            .string("reason", "Why it would have changed") { $0.step.reason },
        ]
    }
}
