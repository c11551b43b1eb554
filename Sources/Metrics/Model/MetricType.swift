import DebVisorCore

/// What the numbers of a metric mean.
package enum MetricType: String, Sendable, CaseIterable {
    /// Goes up and down.
    case gauge
    /// Grows, and begins again at zero when what it counts does.
    case counter
    /// Observations counted by size: series `NAME_bucket` with a tag `le`, `NAME_sum` and `NAME_count`.
    case histogram
    /// Observations and their quantiles: series `NAME` with a tag `quantile`, `NAME_sum` and `NAME_count`.
    case summary

    /// What a new metric is of which nobody says it.
    package static func implied(by name: MetricName) -> MetricType { name.text.hasSuffix("_total") ? .counter : .gauge }
}

/// What is known of all series of one name.
package struct MetricFamily: Sendable, Hashable {
    /// For a histogram or a summary without the ending of its series, for all others the name of the series.
    package var name: MetricName
    package var type: MetricType
    /// `seconds`, `bytes`; empty if nobody said.
    package var unit: String
    package var help: String

    package init(_ name: MetricName, _ type: MetricType, unit: String = "", help: String = "") {
        (self.name, self.type, self.unit, self.help) = (name, type, unit, help)
    }
}

/// The values a series can have at all, where somebody knows them: 0 and 100 for a percentage.
package struct MetricLimits: Sendable, Hashable {
    package var least: Double?
    package var most: Double?

    package static let none = MetricLimits(checked: nil, nil)

    init(checked least: Double?, _ most: Double?) { (self.least, self.most) = (least, most) }

    /// - Throws: `usage` if they are no numbers, or the wrong way round.
    package init(least: Double?, most: Double?) throws {
        guard least?.isNaN != true, most?.isNaN != true, (least ?? -.infinity) <= (most ?? .infinity) else {
            throw Fault(
                .usage, "no value lies between these limits",
                hint: "the minimum is a number that is not above the maximum")
        }
        self.init(checked: least, most)
    }
}
