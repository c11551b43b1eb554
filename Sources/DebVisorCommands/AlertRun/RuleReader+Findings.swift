import Alerts
import Anomalies
import DebVisorCore
import Metrics

extension RuleReader {
    /// What runs of the detector found. What was scored since and is not among it is as usual.
    func readFindings(of series: [MetricSeries], _ body: (SeriesReading) throws -> Void) throws {
        guard let anomalies = scene.anomalies, let metrics = scene.metrics else { return }
        let findings = try self.findings(anomalies, of: series)
        let progress = try anomalies.progress(of: series.map(\.id.number))
        for one in series {
            let id = one.id.description
            let own = findings[one.id.number] ?? []
            guard span.isOpen(id) || !own.isEmpty else { continue }
            var reading = SeriesReading(series: scene.alertSeries(one))
            let message = scene.message(one, rule)
            for finding in own {
                reading.observations.append(observation(finding, reading.series, message))
            }
            if let calm = progress[one.id.number]?.seenUntil, calm > own.last?.time ?? span.start(of: id, rule),
                calm <= span.now
            {
                reading.observations.append(
                    Observation(rule: rule.name, series: reading.series, value: 0, time: calm))
            }
            reading.endedAt = try metrics.look(at: [one]) { look in
                try look.extent(of: one).flatMap { try last(of: one, look, $0) }.flatMap {
                    $0.isEndOfSeries ? $0.time : nil
                }
            }
            try body(reading)
        }
    }

    private func observation(
        _ finding: Finding, _ series: AlertSeries, _ message: AlertMessage
    ) -> Observation {
        let severity = finding.severity.flatMap { AlertSeverity(rawValue: $0.rawValue) } ?? rule.severity
        return Observation(
            rule: rule.name, series: series, value: finding.score, time: finding.time,
            severity: max(severity, rule.severity), message: message.finding(finding))
    }

    /// New ones that speak, by series, in order of time.
    private func findings(_ anomalies: AnomalyStore, of series: [MetricSeries]) throws -> [UInt64: [Finding]] {
        let wanted = Dictionary(series.map { ($0.id.number, span.start(of: $0.id.description, rule)) }) { $1 }
        guard let first = wanted.values.min() else { return [:] }
        var query = FindingQuery()
        (query.metric, query.since, query.limit) = (rule.metric, first, 100_000)
        var found: [UInt64: [Finding]] = [:]
        for finding in try anomalies.findings(query).reversed() {
            guard let start = wanted[finding.series.label.id], finding.time > start, finding.time <= span.now,
                finding.score > rule.condition.level
            else { continue }
            found[finding.series.label.id, default: []].append(finding)
        }
        return found
    }
}
