import Alerts
import Anomalies
import Backups
import CommandKit
import DebVisorCore
import Metrics
import Schedules

/// The stores that rules look at, and what was read of them, for one evaluation. Belongs to one thread.
final class RuleScene {
    let metrics: MetricStore?
    let anomalies: AnomalyStore?
    let schedules: ScheduleStore?
    let places: AlertPlaces
    let now: Timestamp
    let session: Session
    private var seriesOfMetric: [String: [MetricSeries]] = [:]
    private var baselinesOfMetric: [String: [UInt64: SavedBaseline]] = [:]
    private var baselines: [UInt64: SavedBaseline?] = [:]

    /// So many series are looked at in one consistent view of the store.
    static let batch = 256
    /// So many series that speak are compared with their baselines, for the words alone.
    private static let mostUsuals = 200

    init(_ context: AppContext, _ session: Session, now: Timestamp) throws {
        metrics = try context.existingMetricStore()
        anomalies = try context.existingAnomalyStore()
        schedules = try context.existingScheduleStore()
        (self.now, self.session) = (now, session)
        places = AlertPlaces(local: context.host.name, uri: try metrics?.hypervisorURI())
    }

    /// The series that a rule looks at, by their tags; none of what is no series of the store.
    func series(of rule: AlertRule) throws -> [MetricSeries] {
        guard !rule.matchers.isEmpty else { return try series(of: rule.metric) }
        let filter = LabelFilter(rule.matchers)
        return try series(of: rule.metric).filter { filter.fits($0.key.tags.dictionary) }
    }

    func series(of metric: String) throws -> [MetricSeries] {
        if let known = seriesOfMetric[metric] { return known }
        let name = try? MetricName(metric)
        let all = try name.flatMap { name in
            try metrics?.series(SeriesSelection(name)).filter { $0.key.name == name }
        }
        seriesOfMetric[metric] = all ?? []
        return all ?? []
    }

    func alertSeries(_ series: MetricSeries) -> AlertSeries {
        let (metric, tags) = (series.key.name.text, series.key.tags.dictionary)
        return AlertSeries(
            id: series.id.description, metric: metric, tags: tags, text: series.key.description,
            object: places.object(metric, tags), host: places.host(metric, tags))
    }

    func message(_ series: MetricSeries, _ rule: AlertRule) -> AlertMessage {
        AlertMessage(series, rule, host: places.host(series.key.name.text, series.key.tags.dictionary))
    }

    func checkCancellation() throws { try session.checkCancellation(left: "nothing was evaluated") }
}

extension RuleScene {
    /// The baselines of a metric, for a rule about them.
    func baselines(of metric: String) -> [UInt64: SavedBaseline] {
        if let known = baselinesOfMetric[metric] { return known }
        let all = anomalies?.readableBaselines(metric) ?? [:]
        baselinesOfMetric[metric] = all
        return all
    }

    /// What is usual for a series at a time; nil where it has no baseline, or too many were asked for.
    func usual(_ series: MetricSeries, at time: Timestamp) -> UsualRange? {
        let id = series.id.number
        let metric = series.key.name.text
        if baselines[id] == nil {
            if let known = baselinesOfMetric[metric] {
                baselines[id] = .some(known[id])
            } else {
                guard baselines.count < Self.mostUsuals else { return nil }
                let found = try? anomalies?.baselines(metric, series.key.tags.dictionary)
                baselines[id] = .some(found?.first { $0.series.id == id })
            }
        }
        guard let saved = baselines[id] ?? nil, saved.isCounter == series.isCounted else { return nil }
        return UsualRange(saved.baseline, at: time)
    }
}

extension MetricStore {
    /// The hypervisor whose samples these are: the one that answered or not in the newest round.
    func hypervisorURI() throws -> String? {
        let up = try series(SeriesSelection(MetricName(HypervisorMeasures.up))).map(\.key)
        return try latest(up).filter { !$0.value.isEndOfSeries }.max { $0.value.time < $1.value.time }?.key.tags["uri"]
    }
}
