import Anomalies
import CommandKit
import DebVisorCore

/// What a series is usually like.
struct BaselineRecord: Record {
    var saved: SavedBaseline

    private var baseline: Baseline { saved.baseline }

    static var fields: [Field<BaselineRecord>] { identity + figures + seasons }

    private static var identity: [Field<BaselineRecord>] {
        [
            .string("metric_name", "Name of the metric", column: .none) { $0.saved.series.metric },
            .map("tags", "Tags of the series", column: .none) { $0.saved.series.tags },
            .string("series_id", "Id of the series", column: .none) { $0.saved.series.idText },
            .string("series", "Name and tags") { $0.saved.series.text },
            .bool("per_second", "Whether all is of a counter's growth a second", column: .none) { $0.saved.isCounter },
        ]
    }

    private static var figures: [Field<BaselineRecord>] {
        [
            .int("samples", "How many samples it was made of") { $0.baseline.count },
            .double("mean", "Their mean") { $0.baseline.mean },
            .double("std_dev", "Their standard deviation") { $0.baseline.standardDeviation },
            .double("minimum", "The least of them", column: .none) { $0.baseline.least },
            .double("maximum", "The largest of them", column: .none) { $0.baseline.most },
            .numbers(
                "percentiles", "What so many percent of them do not exceed: p1, p5, p25, p50, p75, p95, p99",
                column: .none
            ) {
                Dictionary($0.baseline.percentiles.map { ("p\($0.percent)", $0.value) }) { $1 }
            },
            .double("rank_error", "By what share of the samples a percentile may be off", column: .none) {
                $0.baseline.rankError
            },
            .timestamp("start_time", "When the first sample is from", column: .none) { $0.baseline.since.milliseconds },
            .timestamp("end_time", "When the last sample is from", column: .none) { $0.baseline.until.milliseconds },
            .seconds("step_seconds", "The usual distance between samples", column: .none) {
                Double($0.baseline.step) / 1000
            },
        ]
    }

    private static var seasons: [Field<BaselineRecord>] {
        [
            .choice("season", "The period whose hours tell what is usual; unknown if none does") { $0.baseline.season },
            .records("profile", "What is usual at each hour of a day and of a week, in UTC") {
                $0.baseline.profiles.flatMap(ProfileHour.all)
            },
            .timestamp("last_updated", "When it was made", column: "UPDATED") { $0.saved.changedAt.milliseconds },
            .strings("lacks", "What it lacks, in words") { $0.baseline.lacks },
        ]
    }
}

/// What is usual at one hour of a period.
struct ProfileHour: Record {
    var period: SeasonalProfile.Period
    /// From 0; of a week from Monday.
    var place: Int
    var usual: SeasonalProfile.Hour

    static let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    /// Hours without samples are left out.
    static func all(_ profile: SeasonalProfile) -> [ProfileHour] {
        profile.hours.enumerated().compactMap { place, hour in
            hour.map { ProfileHour(period: profile.period, place: place, usual: $0) }
        }
    }

    static var fields: [Field<ProfileHour>] {
        [
            .choice("period", "Day or week") { $0.period },
            .string("weekday", "Of a week: its day") { $0.period == .week ? days[$0.place / 24] : nil },
            .int("hour", "Hour of the day, in UTC") { $0.place % 24 },
            .double("median", "The median of the samples of that hour") { $0.usual.median },
            .double("deviation", "The median of their distances from it") { $0.usual.deviation },
            .int("samples", "How many there were") { $0.usual.count },
        ]
    }
}
