import Anomalies
import DebVisorCore
import Metrics
import Trends

/// The trend of a stored series, and what is to be said of the samples that it was made of.
struct SeriesTrend: Sendable {
    var label: SeriesLabel
    /// Of its growth a second.
    var isCounter: Bool
    var unit: PlotUnit
    var trend: Trend
    /// Until when samples of the window were rolled up; averages of all of it were looked at then.
    var rolledUpUntil: Timestamp?
    /// When the series ended, if it did and did not go on.
    var endedAt: Timestamp?

    /// The change as a share of what the series ranges over if its limits are known, else of its level; with its sign.
    var relativeChange: Double {
        var size = max(abs(trend.level), abs(trend.level - trend.change))
        if let least = trend.limits.least, let most = trend.limits.most, most > least { size = most - least }
        return size > 0 ? trend.change / size : 0
    }

    /// The result in sentences, the most important first.
    var sentences: [String] { trend.explanation(unit.text) + remarks }

    /// What is to be known of its samples.
    var remarks: [String] {
        var remarks: [String] = []
        if isCounter { remarks.append("all of this is about its growth a second") }
        if let endedAt { remarks.append("the series ended at \(endedAt)") }
        return remarks
    }
}

extension TrendLimits {
    /// The growth of a counter is never negative.
    init(_ series: MetricSeries) {
        self.init(least: series.limits.least ?? (series.isCounted ? 0 : nil), most: series.limits.most)
    }
}
