import Anomalies
import DebVisorCore
import Trends

/// A trend, or a forecast, for a person.
///
///     pool_used_percent{pool="hdd"}: it falls by 12.1 % a day (11.8 % over 23 h 30 min, noise 0.4 %, confidence > 0.999)
///       it is at 69 % by its last samples
///       48 samples from 2026-11-24T03:30:00Z to 2026-11-25T03:00:00Z
struct TrendStory {
    private let seen: SeriesTrend
    private let sentences: [String]

    init(_ seen: SeriesTrend) { (self.seen, sentences) = (seen, seen.sentences) }

    /// - Parameter isSideGiven: whether the person said where the level counts as reached.
    init(_ seen: SeriesTrend, _ forecast: TrendForecast, isSideGiven: Bool) {
        self.seen = seen
        let reached = "\(seen.unit.text(forecast.threshold)) or \(forecast.side == .above ? "more" : "less")"
        var sentences = forecast.explanation(seen.unit.text)
        if !isSideGiven { sentences.insert("taken as reached is \(reached); --side says otherwise", at: 1) }
        self.sentences = sentences + seen.remarks
    }

    var text: String {
        let trend = seen.trend
        var lines = ["\(seen.label.text): \(sentences.first ?? "")"] + sentences.dropFirst().map { "  \($0)" }
        lines.append("  it is at \(seen.unit.text(trend.latest)) by its last samples")
        lines.append("  \(trend.count) samples from \(trend.since) to \(trend.until)")
        return lines.joined(separator: "\n") + "\n"
    }
}
