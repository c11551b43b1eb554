import Alerts
import Anomalies
import DebVisorCore
import Metrics

/// Finds what a rule has to say of each series: the one place where rules meet stores, for evaluations and replays.
struct RuleReader {
    let rule: AlertRule
    let scene: RuleScene
    let span: RuleSpan

    /// Calls `body` with each series that the rule looks at and that has something to say, or is open.
    /// - Returns: how many series there are.
    func read(_ body: (SeriesReading) throws -> Void) throws -> Int {
        if rule.metric == JobMetric.name { return try readJobs(body) }
        let series = try scene.series(of: rule)
        if rule.condition.kind == .anomaly {
            try readFindings(of: series, body)
        } else {
            var rest = series[...]
            while !rest.isEmpty, let metrics = scene.metrics {
                let batch = Array(rest.prefix(RuleScene.batch))
                try scene.checkCancellation()
                if rule.condition.kind == .forecast {
                    try readForecasts(of: batch, metrics, body)
                } else {
                    try metrics.look(at: batch) { look in
                        for one in batch { try read(one, look).map(body) }
                    }
                }
                rest = rest.dropFirst(RuleScene.batch)
            }
        }
        if scene.metrics != nil { try tellGone(Set(series.map(\.id.description)), body) }
        return series.count
    }

    private func read(_ series: MetricSeries, _ look: SampleLook) throws -> SeriesReading? {
        rule.condition.kind == .absence ? try absence(of: series, look) : try values(of: series, look)
    }

    /// Alerts that are open of series which are not among these.
    func tellGone(_ ids: Set<String>, _ body: (SeriesReading) throws -> Void) throws {
        for (id, known) in span.known where known.isOpen && !ids.contains(id) {
            let isThere = (try? scene.metrics?.series(id)) != nil
            try body(
                SeriesReading(
                    series: AlertSeries(id: id, metric: rule.metric),
                    isGone: isThere ? "the rule does not look at the series any more" : "the series was deleted"))
        }
    }
}

extension RuleReader {
    /// Values, rates, and what is compared with baselines.
    private func values(of series: MetricSeries, _ look: SampleLook) throws -> SeriesReading? {
        let id = series.id.description
        guard let extent = try look.extent(of: series) else { return nil }
        let start = span.start(of: id, rule)
        guard extent.last > start else { return try ending(of: series, look, extent) }
        var level: Double?
        if rule.condition.kind == .baseline {
            let saved = scene.baselines(of: rule.metric)[series.id.number]
            guard let saved, saved.isCounter == series.isCounted,
                let found = saved.baseline.percentile(Int(rule.condition.level))
            else { return try ending(of: series, look, extent) }
            level = found
        }
        var values = RuleValues(rule.condition, isCounted: series.isCounted)
        var reading = Listener(self, series, isListening: span.isOpen(id))
        var end: Timestamp?
        try look.readSamples(of: series, after: start.adding(milliseconds: -values.lead)) { samples in
            try scene.checkCancellation()
            for sample in samples where sample.time <= span.now {
                end = sample.isEndOfSeries ? sample.time : nil
                guard let value = values.value(sample), sample.time > start else { continue }
                reading.take(value, sample.time, level)
            }
        }
        return reading.finish(end)
    }

    /// Keeps what matters: of an alert that is not open nothing before the first value that speaks.
    struct Listener {
        private let reader: RuleReader
        private let series: MetricSeries
        private let message: AlertMessage
        private var isListening: Bool
        private var alertSeries: AlertSeries?
        private var observations: [Observation] = []

        init(_ reader: RuleReader, _ series: MetricSeries, isListening: Bool) {
            (self.reader, self.series, self.isListening) = (reader, series, isListening)
            message = reader.scene.message(series, reader.rule)
        }

        mutating func take(_ value: Double, _ time: Timestamp, _ level: Double?) {
            let known = alertSeries ?? AlertSeries(id: "", metric: "")
            var observation = Observation(
                rule: reader.rule.name, series: known, value: value, time: time, threshold: level)
            let isBeyond = reader.rule.condition.isBeyond(observation)
            guard isBeyond || isListening else { return }
            isListening = true
            if alertSeries == nil {
                observation.series = reader.scene.alertSeries(series)
                alertSeries = observation.series
            }
            if isBeyond {
                observation.message = message.value(
                    value, level ?? reader.rule.condition.level, usual: reader.scene.usual(series, at: time))
            }
            observations.append(observation)
        }

        func finish(_ end: Timestamp?) -> SeriesReading? {
            let isOpen = reader.span.isOpen(series.id.description)
            guard isOpen || !observations.isEmpty else { return nil }
            return SeriesReading(
                series: alertSeries ?? reader.scene.alertSeries(series), observations: observations, endedAt: end)
        }
    }

    /// Of a series that has nothing new: whether an alert of it is over, as the series is.
    func ending(of series: MetricSeries, _ look: SampleLook, _ extent: SampleExtent?) throws -> SeriesReading? {
        guard span.isOpen(series.id.description), let extent else { return nil }
        guard let end = try last(of: series, look, extent), end.isEndOfSeries else { return nil }
        return SeriesReading(series: scene.alertSeries(series), endedAt: end.time)
    }

    func last(of series: MetricSeries, _ look: SampleLook, _ extent: SampleExtent) throws -> Sample? {
        var last: Sample?
        try look.readSamples(of: series, after: extent.last.adding(milliseconds: -1)) { last = $0.last ?? last }
        return last
    }
}
