import Alerts
import Metrics

extension PlotUnit {
    /// The unit of an alert's values: that of its metric, a second of that where the rule compares growth.
    init(_ alert: Alert, _ kind: AlertCondition.Kind?, in store: MetricStore?) throws {
        switch kind {
        case .absence: self = .suffixed(" s")
        case .anomaly: self = .plain
        case .threshold, .rate, .forecast, .baseline, nil:
            guard let name = try? MetricName(alert.series.metric) else {
                self = .plain
                return
            }
            let family = try store?.family(of: name) ?? MetricFamily(name, .implied(by: name))
            self.init(family, isRate: family.type != .gauge || kind == .rate)
        }
    }
}
