/// What to look for in which series.
package struct AlertRule: Sendable, Hashable, Codable {
    package var name: String
    /// Series of this metric,
    package var metric: String
    /// whose tags match all of these.
    package var matchers: [LabelMatcher]
    package var condition: AlertCondition
    /// Seconds that the condition must hold before the alert fires.
    package var forSeconds: Int
    /// Seconds that it must have cleared before the alert resolves.
    package var keepSeconds: Int
    /// Seconds without news before an open alert is `nodata`; not of an absence, which is about just that.
    package var noDataSeconds: Int
    package var severity: AlertSeverity
    /// While it fires for an object, alerts of what depends on that are hidden: a host that is down, a pool that is
    /// full.
    package var hidesDependents: Bool
    package var isEnabled: Bool
    package var description: String

    package init(
        _ name: String, metric: String, matchers: [LabelMatcher] = [], _ condition: AlertCondition, forSeconds: Int = 0,
        keepSeconds: Int? = nil, noDataSeconds: Int = 600, severity: AlertSeverity = .warning,
        hidesDependents: Bool = false, isEnabled: Bool = true, description: String = ""
    ) {
        (self.name, self.metric, self.matchers, self.condition) = (name, metric, matchers, condition)
        (self.forSeconds, self.noDataSeconds, self.severity) = (forSeconds, noDataSeconds, severity)
        (self.hidesDependents, self.isEnabled, self.description) = (hidesDependents, isEnabled, description)
        // An anomaly shows in one row and is part of what is usual in the next.
        self.keepSeconds = keepSeconds ?? (condition.kind == .anomaly ? 1800 : 0)
    }

    /// Whether it looks at a series.
    package func looksAt(metric: String, tags: [String: String]) -> Bool {
        self.metric == metric && matchers.allSatisfy { $0.matches(tags) }
    }
}
