import Alerts
import DebVisorCore
import Metrics

extension RuleReader {
    /// How long there was no sample. A series that ended is not silent: it is over.
    func absence(of series: MetricSeries, _ look: SampleLook) throws -> SeriesReading? {
        if span.replayFrom != nil { return try absences(of: series, look) }
        let isOpen = span.isOpen(series.id.description)
        guard let extent = try look.extent(of: series) else {
            return isOpen
                ? SeriesReading(series: scene.alertSeries(series), isGone: "its samples are not kept any more") : nil
        }
        let isSilent = Self.seconds(extent.last, span.now) > rule.condition.level
        guard isOpen || isSilent, let last = try last(of: series, look, extent) else { return nil }
        if last.isEndOfSeries {
            return isOpen ? SeriesReading(series: scene.alertSeries(series), endedAt: last.time) : nil
        }
        let known = scene.alertSeries(series)
        return SeriesReading(series: known, observations: [observation(series, known, last.time, at: span.now)])
    }

    private func observation(
        _ series: MetricSeries, _ known: AlertSeries, _ last: Timestamp, at time: Timestamp
    ) -> Observation {
        var seen = Observation.absence(rule: rule.name, series: known, lastSample: last, now: time)
        if rule.condition.isBeyond(seen) {
            seen.message = scene.message(series, rule).absence(seen.value, last: last)
        }
        return seen
    }

    private static func seconds(_ last: Timestamp, _ now: Timestamp) -> Double {
        Double(max(0, now.milliseconds - last.milliseconds)) / 1000
    }

    /// As if somebody had looked each minute, more seldom in long gaps.
    private func absences(of series: MetricSeries, _ look: SampleLook) throws -> SeriesReading? {
        guard let start = span.replayFrom else { return nil }
        let known = scene.alertSeries(series)
        var reading = SeriesReading(series: known)
        var before: Timestamp?
        func pause(until time: Timestamp) {
            guard let last = before, Self.seconds(last, time) > rule.condition.level else { return }
            let first = last.milliseconds + Int64(rule.condition.level * 1000) + 1000
            let step = max(60_000, (time.milliseconds - first) / 1000)
            for moment in stride(from: first, to: time.milliseconds, by: Int64.Stride(step)) {
                let moment = Timestamp(milliseconds: moment)
                if moment > start { reading.observations.append(observation(series, known, last, at: moment)) }
            }
        }
        let lead = Int64(rule.condition.level * 1000)
        try look.readSamples(of: series, after: start.adding(milliseconds: -lead)) { samples in
            try scene.checkCancellation()
            for sample in samples where sample.time <= span.now {
                pause(until: sample.time)
                if !reading.observations.isEmpty {
                    reading.observations.append(observation(series, known, sample.time, at: sample.time))
                }
                reading.endedAt = sample.isEndOfSeries ? sample.time : nil
                before = sample.isEndOfSeries ? nil : sample.time
            }
        }
        pause(until: span.now)
        return reading.observations.isEmpty ? nil : reading
    }
}
