import Alerts
import Metrics

extension PlotUnit {
    /// The unit of an alert's values: that of its rule, save where the rule compares something else than values.
    init(_ alert: Alert, _ rule: RuleView?, _ family: MetricFamily?) {
        switch rule?.rule.condition.kind {
        case .absence: self = .suffixed(" s")
        case .anomaly: self = .plain
        case .threshold, .rate, .forecast, .baseline: self = rule?.unit ?? .plain
        case nil:
            let implied = (try? MetricName(alert.series.metric)).map { MetricFamily($0, .implied(by: $0)) }
            self = (family ?? implied).map { PlotUnit($0, isRate: $0.type != .gauge) } ?? .plain
        }
    }
}
