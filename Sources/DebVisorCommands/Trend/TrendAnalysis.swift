import Anomalies
import CommandKit
import DebVisorCore
import Trends

/// Where a series goes.
struct TrendAnalysis: Record {
    var seen: SeriesTrend

    private var trend: Trend { seen.trend }

    static var fields: [Field<TrendAnalysis>] { identity + line + course + samples }

    private static var identity: [Field<TrendAnalysis>] {
        [
            .string("metric_name", "Name of the metric", column: .none) { $0.seen.label.metric },
            .map("tags", "Tags of the series", column: .none) { $0.seen.label.tags },
            .string("series_id", "Id of the series", column: .none) { $0.seen.label.idText },
            .string("series", "Name and tags") { $0.seen.label.text },
            .bool("per_second", "Whether all is of a counter's growth a second", column: .none) { $0.seen.isCounter },
        ]
    }

    private static var line: [Field<TrendAnalysis>] {
        [
            .choice("direction", "Which way it goes; stable if no trend exceeds noise and chance") {
                $0.trend.direction
            },
            .double("confidence", "One less the chance of such an order of samples without a trend") {
                $0.trend.confidence
            },
            .double("slope", "By how much it changes a second, most likely", column: .none) { $0.trend.slope },
            .double("slope_per_day", "The same by the day") { $0.trend.slopePerDay },
            .double("slope_per_day_least", "What the slope is above in 19 cases of 20", column: .none) {
                $0.trend.slopeRange.lowerBound * 86_400
            },
            .double("slope_per_day_most", "What the slope is below in 19 cases of 20", column: .none) {
                $0.trend.slopeRange.upperBound * 86_400
            },
            .double("level", "Where the line is at the last sample, without the season") { $0.trend.level },
            .double("latest", "The median of the last three samples as they were", column: .none) { $0.trend.latest },
            .double("change", "What the line changed by over all of the time", column: .none) { $0.trend.change },
            .double(
                "relative_change",
                "The same as a share: of what lies between the limits of the series, else of its level"
            ) { $0.seen.relativeChange },
            .double("noise", "By how much it strays from the line: a standard deviation", column: .none) {
                $0.trend.noise
            },
        ]
    }

    private static var course: [Field<TrendAnalysis>] {
        [
            .choice("shape", "How it moves: steadily, in steps one way, or as a sawtooth", column: .none) {
                $0.trend.shape
            },
            .double("turn", "The level at which a sawtooth jumps back", column: .none) { $0.trend.turn },
            .choice("season", "The season that was taken out; unknown if there is none", column: .none) {
                $0.trend.season
            },
            .timestamp("restarted_at", "When its level jumped the last time: only what came then counts", column: .none)
            {
                $0.trend.restart?.time.milliseconds
            },
            .double("level_before", "The level before that jump", column: .none) { $0.trend.restart?.before },
            .double("level_after", "The level after it", column: .none) { $0.trend.restart?.after },
        ]
    }

    private static var samples: [Field<TrendAnalysis>] {
        [
            .int("samples", "How many samples counted") { $0.trend.count },
            .timestamp("start_time", "When the first of them is from", column: .none) { $0.trend.since.milliseconds },
            .timestamp("end_time", "When the last of them is from", column: .none) { $0.trend.until.milliseconds },
            .timestamp("rolled_up_at", "The last roll-up in the window; averages were looked at then", column: .none) {
                $0.seen.rolledUpUntil?.milliseconds
            },
            .timestamp("ended_at", "When the series ended, as when its machine was shut off", column: .none) {
                $0.seen.endedAt?.milliseconds
            },
            .strings("lacks", "What the analysis lacks, in words", column: .none) { $0.trend.lacks },
            .string("message", "The result in words", column: .none) { $0.seen.sentences.first },
        ]
    }
}
