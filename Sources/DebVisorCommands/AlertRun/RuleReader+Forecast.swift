import Alerts
import Anomalies
import DebVisorCore
import Metrics
import Trends

extension RuleReader {
    /// Days of samples that a forecast rests on.
    private static let windowDays: Int64 = 7
    /// How far ahead it looks.
    static let horizonDays = 90

    /// When series reach a level, by the trend of the last week.
    func readForecasts(
        of batch: [MetricSeries], _ metrics: MetricStore, _ body: (SeriesReading) throws -> Void
    ) throws {
        var fresh: [MetricSeries] = []
        try metrics.look(at: batch) { look in
            for one in batch {
                guard let extent = try look.extent(of: one) else { continue }
                if let ending = try ending(of: one, look, extent) {
                    try body(ending)
                } else if extent.last > span.start(of: one.id.description, rule) {
                    fresh.append(one)
                }
            }
        }
        guard span.replayFrom == nil else { return try replayForecasts(of: fresh, metrics, body) }
        for (one, seen) in try trends(of: fresh, metrics, at: span.now) {
            let observation = observation(one, seen, at: span.now)
            guard span.isOpen(one.id.description) || rule.condition.isBeyond(observation) else { continue }
            try body(SeriesReading(series: observation.series, observations: [observation]))
        }
    }

    private func trends(
        of series: [MetricSeries], _ metrics: MetricStore, at time: Timestamp
    ) throws -> [(MetricSeries, SeriesTrend)] {
        let reader = TrendReader(
            metrics: metrics, session: scene.session,
            range: time.adding(milliseconds: -Self.windowDays * 86_400_000)...time)
        let byID = Dictionary(series.map { ($0.id.number, $0) }) { $1 }
        return try reader.trends(of: series).filter { $0.endedAt == nil }.compactMap { seen in
            byID[seen.label.id].map { ($0, seen) }
        }
    }

    private func observation(_ series: MetricSeries, _ seen: SeriesTrend, at time: Timestamp) -> Observation {
        let side: TrendForecast.Side = rule.condition.side == .above ? .above : .below
        let forecast = seen.trend.forecast(
            reaching: rule.condition.level, side: side, now: time, horizonDays: Self.horizonDays)
        var left = Double.infinity
        if forecast.outcome == .reached {
            left = 0
        } else if forecast.outcome == .expected, let likely = forecast.likely {
            left = Double(max(0, likely.milliseconds - time.milliseconds)) / 1000
        }
        var observation = Observation(
            rule: rule.name, series: scene.alertSeries(series), value: left, time: seen.trend.until,
            shown: seen.trend.latest)
        if rule.condition.isBeyond(observation) {
            observation.message = scene.message(series, rule).forecast(forecast)
        }
        return observation
    }

    /// As if somebody had looked each hour, or 168 times.
    private func replayForecasts(
        of series: [MetricSeries], _ metrics: MetricStore, _ body: (SeriesReading) throws -> Void
    ) throws {
        guard let start = span.replayFrom else { return }
        let step = max(3_600_000, (span.now.milliseconds - start.milliseconds) / 168)
        var readings: [UInt64: SeriesReading] = [:]
        for moment in stride(from: start.milliseconds + step, through: span.now.milliseconds, by: Int64.Stride(step)) {
            try scene.checkCancellation()
            let time = Timestamp(milliseconds: moment)
            for (one, seen) in try trends(of: series, metrics, at: time) {
                let observation = observation(one, seen, at: time)
                guard readings[one.id.number] != nil || rule.condition.isBeyond(observation) else { continue }
                readings[one.id.number, default: SeriesReading(series: observation.series)]
                    .observations.append(observation)
            }
        }
        for one in series { try readings[one.id.number].map(body) }
    }
}
