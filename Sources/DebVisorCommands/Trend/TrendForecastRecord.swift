import Anomalies
import CommandKit
import DebVisorCore
import Trends

/// When a series reaches a level.
struct TrendForecastRecord: Record {
    enum Outcome: String, CaseIterable {
        case reached, recurring, expected
        case notWithin = "not-within"
        case impossible

        init(_ outcome: TrendForecast.Outcome) {
            self =
                switch outcome {
                case .reached: .reached
                case .recurring: .recurring
                case .expected: .expected
                case .notWithin: .notWithin
                case .impossible: .impossible
                }
        }
    }

    var seen: SeriesTrend
    var forecast: TrendForecast

    static var fields: [Field<TrendForecastRecord>] { identity + result + basis }

    private static var identity: [Field<TrendForecastRecord>] {
        [
            .string("metric_name", "Name of the metric", column: .none) { $0.seen.label.metric },
            .map("tags", "Tags of the series", column: .none) { $0.seen.label.tags },
            .string("series_id", "Id of the series", column: .none) { $0.seen.label.idText },
            .string("series", "Name and tags") { $0.seen.label.text },
            .bool("per_second", "Whether all is of a counter's growth a second", column: .none) { $0.seen.isCounter },
        ]
    }

    private static var result: [Field<TrendForecastRecord>] {
        [
            .double("threshold", "The level that was asked for") { $0.forecast.threshold },
            .choice("side", "On which side of it counts as reached") { $0.forecast.side },
            .choice(
                "outcome",
                "reached: it is there; recurring: it gets there and back again and again; expected, not-within: it likely gets "
                    + "there within the horizon, or not; impossible: that is outside of its limits"
            ) { Outcome($0.forecast.outcome) },
            .timestamp("earliest_at", "When at the earliest; unknown beyond the horizon") {
                $0.forecast.earliest?.milliseconds
            },
            .timestamp("likely_at", "When most likely; unknown beyond the horizon") {
                $0.forecast.likely?.milliseconds
            },
            .timestamp("latest_at", "When at the latest; unknown beyond the horizon") {
                $0.forecast.latest?.milliseconds
            },
            .seconds("horizon_seconds", "How far ahead was looked", column: .none) {
                Double($0.forecast.horizonDays) * 86_400
            },
        ]
    }

    private static var basis: [Field<TrendForecastRecord>] {
        [
            .choice("direction", "Which way it goes", column: .none) { $0.forecast.trend.direction },
            .double("confidence", "How sure the direction is, from 0 to 1", column: .none) {
                $0.forecast.trend.confidence
            },
            .double("slope_per_day", "By how much it changes a day, most likely", column: .none) {
                $0.forecast.trend.slopePerDay
            },
            .double("latest", "Where it is: the median of the last three samples", column: .none) {
                $0.forecast.trend.latest
            },
            .int("samples", "How many samples counted", column: .none) { $0.forecast.trend.count },
            .timestamp("start_time", "When the first of them is from", column: .none) {
                $0.forecast.trend.since.milliseconds
            },
            .timestamp("end_time", "When the last of them is from", column: .none) {
                $0.forecast.trend.until.milliseconds
            },
            .timestamp("ended_at", "When the series ended, as when its machine was shut off", column: .none) {
                $0.seen.endedAt?.milliseconds
            },
            .strings("lacks", "What the analysis lacks, in words", column: .none) { $0.forecast.trend.lacks },
            .string("message", "The result in words", column: .none) {
                $0.forecast.explanation($0.seen.unit.text).first
            },
        ]
    }
}
