import Alerts
import DebVisorCore

/// Which time of a series a rule looks at.
///
/// An evaluation goes on where the alert was seen last. A series that never had one is looked at for as long as a value may
/// begin something, which is the rule's time without data: what was seen then and said nothing says nothing again, so there
/// is nothing to be remembered of series that are well.
struct RuleSpan: Sendable {
    var known: [String: KnownAlert] = [:]
    /// From when a replay looks; nil in an evaluation.
    var replayFrom: Timestamp?
    var now: Timestamp

    /// Of an alert that is open, older samples are a pause: an evaluation that comes after a month does not read a month.
    private static let longest = 86_400

    func isOpen(_ series: String) -> Bool { known[series]?.isOpen ?? false }

    /// Only what is later than this is news.
    func start(of series: String, _ rule: AlertRule) -> Timestamp {
        if let replayFrom { return replayFrom }
        let isOpen = isOpen(series)
        let seconds = Int64(isOpen ? max(rule.noDataSeconds, Self.longest) : rule.noDataSeconds)
        let first = now.adding(milliseconds: -min(seconds, 315_360_000) * 1000 - 1)
        guard let seen = known[series]?.sampleAt else { return first }
        // One that lies so far ahead was seen before the clock was set back.
        return seen.milliseconds - now.milliseconds > Int64(rule.noDataSeconds) * 1000 ? first : max(first, seen)
    }
}

/// What a rule finds in one series.
struct SeriesReading: Sendable {
    var series: AlertSeries
    /// In order of time; of an alert that is not open they begin with one that speaks.
    var observations: [Observation] = []
    /// When the series ended, if it did and did not go on.
    var endedAt: Timestamp?
    /// Why there is nothing to expect of it any more.
    var isGone: String?

    var retired: String? { isGone ?? endedAt.map { "the series ended at \($0)" } }
}
