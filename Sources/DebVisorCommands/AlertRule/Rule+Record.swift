import Alerts
import CommandKit
import DebVisorCore
import Metrics
import Trends

/// A rule as people see it.
struct RuleView: Sendable {
    enum Origin: String, CaseIterable {
        /// It came with debvisor, and nobody changed what it looks for.
        case ready
        case own
    }

    var rule: AlertRule
    var unit: PlotUnit
    /// How many alerts of it are open.
    var open: Int

    /// `pool_used_percent{pool=~s.*} above 95 %, clear below 90 %`
    var sentence: String {
        let tags = rule.matchers.map(\.description).joined(separator: ", ")
        return "\(rule.metric)\(tags.isEmpty ? "" : "{\(tags)}") \(condition)"
    }

    /// With the times that it must hold and have cleared:
    /// `pool_used_percent above 95 %, clear below 90 %; it fires after 1 h of that, and is over after 5 min without`
    var life: String {
        func span(_ seconds: Int) -> String { TrendWords.duration(seconds: Double(seconds)) }
        let parts =
            (rule.forSeconds > 0 ? ["fires after \(span(rule.forSeconds)) of that"] : [])
            + (rule.keepSeconds > 0 ? ["is over after \(span(rule.keepSeconds)) without"] : [])
        return sentence + (parts.isEmpty ? "" : "; it " + parts.joined(separator: ", and "))
    }

    /// The condition in words.
    var condition: String {
        let condition = rule.condition
        let level = unit.text(condition.level)
        let clear = condition.clear.map {
            ", clear \(condition.side == .above ? "below" : "above") \(unit.text($0))"
        }
        let span = TrendWords.duration(seconds: Double(condition.seconds ?? 0))
        switch condition.kind {
        case .threshold: return "\(condition.side) \(level)\(clear ?? "")"
        case .rate: return "changes by \(condition.side) \(level) over \(span)\(clear ?? "")"
        case .absence: return "no sample for \(TrendWords.duration(seconds: condition.level))"
        case .forecast:
            return "reaches \(level) or \(condition.side == .above ? "more" : "less") within \(span)"
        case .baseline: return "\(condition.side) p\(TrendWords.number(condition.level)) of its baseline"
        case .anomaly:
            let clear = condition.clear.map { ", clear below \(TrendWords.number($0))" } ?? ""
            return "anomaly score above \(TrendWords.number(condition.level))\(clear)"
        }
    }

    /// - Parameter family: of its series; nil where there are none yet.
    static func unit(of rule: AlertRule, _ family: MetricFamily?) -> PlotUnit {
        if rule.metric == JobMetric.name { return .suffixed(" s") }
        guard let family = family ?? (try? MetricName(rule.metric)).map({ MetricFamily($0, .implied(by: $0)) }) else {
            return .plain
        }
        return PlotUnit(family, isRate: family.type != .gauge || rule.condition.kind == .rate)
    }
}

extension AlertRule {
    /// What it looks for, in words without a unit that nobody knows.
    var sentence: String { RuleView(rule: self, unit: RuleView.unit(of: self, nil), open: 0).sentence }
}

struct RuleRecord: Record {
    var view: RuleView

    static var fields: [Field<RuleRecord>] { RuleFields.all { $0.view } }
}

/// The fields of a rule, for every record that has one.
enum RuleFields {
    static func all<Owner: Sendable>(_ view: @escaping @Sendable (Owner) -> RuleView) -> [Field<Owner>] {
        identity(view) + times(view)
    }

    private static func identity<Owner: Sendable>(
        _ view: @escaping @Sendable (Owner) -> RuleView
    ) -> [Field<Owner>] {
        [
            .string("rule", "Name of the rule") { view($0).rule.name },
            .choice("severity", "How bad it is") { view($0).rule.severity },
            .string("metric_name", "Name of the metric", column: "METRIC") { view($0).rule.metric },
            .strings("tags", "Matchers: what tags the series have", column: .none) {
                view($0).rule.matchers.map(\.description)
            },
            .string("condition", "When it speaks, in words") { view($0).condition },
            .choice("kind", "What kind of condition that is", column: .none) { view($0).rule.condition.kind },
            .choice("side", "Beyond is above the level or below it", column: .none) { view($0).rule.condition.side },
            .double(
                "threshold", "The level: of an absence seconds, of a baseline a percentile, of anomalies a score",
                column: .none
            ) { view($0).rule.condition.level },
            .double("clear_threshold", "Where it clears, if that is another level", column: .none) {
                view($0).rule.condition.clear
            },
        ]
    }

    private static func times<Owner: Sendable>(_ view: @escaping @Sendable (Owner) -> RuleView) -> [Field<Owner>] {
        [
            .seconds("over_seconds", "The stretch of a rate", column: .none) {
                let condition = view($0).rule.condition
                return condition.kind == .rate ? condition.seconds.map(Double.init) : nil
            },
            .seconds("within_seconds", "How near is near, of a forecast", column: .none) {
                let condition = view($0).rule.condition
                return condition.kind == .forecast ? condition.seconds.map(Double.init) : nil
            },
            .seconds("for_seconds", "How long it must hold to fire") { Double(view($0).rule.forSeconds) },
            .seconds("keep_seconds", "How long it must have cleared to resolve", column: .none) {
                Double(view($0).rule.keepSeconds)
            },
            .seconds("no_data_seconds", "Without a sample for so long it is 'nodata'", column: .none) {
                Double(view($0).rule.noDataSeconds)
            },
            .bool("hides_dependents", "Whether it hides alerts of what depends on its object", column: .none) {
                view($0).rule.hidesDependents
            },
            .bool("enabled", "Whether it is looked at") { view($0).rule.isEnabled },
            .choice("origin", "ready: it came with debvisor; own: somebody made it") {
                ReadyRules.isReady(view($0).rule) ? RuleView.Origin.ready : .own
            },
            .int("open_alerts", "How many alerts of it are open", column: "OPEN") { view($0).open },
            .string("description", "What it is for", column: .none) {
                let text = view($0).rule.description
                return text.isEmpty ? nil : text
            },
        ]
    }
}
