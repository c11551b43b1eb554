import Anomalies
import CommandKit
import DebVisorCore
import Metrics
import Platform

/// `debvisor detect replay`
struct DetectReplay: ReadingCommand {
    static let info = CommandInfo(
        "replay", "Tell what a threshold would have raised over the stored samples",
        discussion: """
            Every sample goes through a detector that knows nothing at first, as if it came in just then. Nothing is recorded. \
            With --since the samples before are learned from and not counted. Weights that false alarms have lowered are as \
            they are now.
            """,
        examples: [
            Example(
                "debvisor detect replay node_load1 --threshold warning", "how often this would have alarmed",
                prints: "per_week"),
            Example(
                "debvisor detect replay node_load1 --tag host=a --threshold 0.6 --since 30d -o json",
                "of a score, for a program",
                prints: "raised"),
        ],
        statuses: .ofAStore + [.notFound], prints: ReplayRecord.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .object(ObjectKind.metric), help: "Name of the metric")
        let tags = TagOptions()
        let threshold = Option(
            required: "threshold", .threshold,
            help: "Least anomaly score that raises something, or info, warning, critical")
        let since = Option("since", .time, help: "Count from then on; 30d is so long ago")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let store = try context.metricStore(with: args.name)
        let series = try store.scoredSeries(args.name, try args.tags.tagSet())
        let since = try context.instant(of: args.since)
        let weights = try context.existingAnomalyStore()?.weights() ?? [:]
        let replays = try await session.waiting(for: "the replay") {
            try await Worker.run {
                try series.compactMap { one -> SeriesReplay.Result? in
                    guard let watched = WatchedSeries(one) else { return nil }
                    let replay = SeriesReplay(
                        watched, threshold: args.threshold.score, since: since,
                        weights: weights[watched.label.id] ?? .full)
                    try store.readSamples(of: one) { samples in
                        try session.checkCancellation(left: "nothing was changed")
                        for sample in samples {
                            try replay.take(sample.time, sample.value, isEnd: sample.isEndOfSeries)
                        }
                    }
                    return replay.result
                }
            }
        }
        return .one(ReplayRecord(metric: args.name, threshold: args.threshold.score, replays: replays))
    }
}

/// What a threshold would have raised.
struct ReplayRecord: Record {
    var metric: String
    var threshold: Double
    var replays: [SeriesReplay.Result]

    private var raised: Int { replays.reduce(0) { $0 + $1.count } }

    /// Of all series together, each from its first to its last row.
    private var seriesWeeks: Double { replays.reduce(0) { $0 + $1.weeks } }

    private var first: Int64? { replays.compactMap { $0.first?.milliseconds }.min() }
    private var last: Int64? { replays.compactMap { $0.last?.milliseconds }.max() }

    private var weeks: Double {
        guard let first, let last else { return 0 }
        return Double(last - first) / SeriesReplay.Result.week
    }

    static var fields: [Field<ReplayRecord>] {
        [
            .string("metric_name", "Name of the metric") { $0.metric },
            .double("threshold", "The least anomaly score that raises something") { $0.threshold },
            .int("series", "How many series there are") { $0.replays.count },
            .int("rows", "How many rows of them were scored") { $0.replays.reduce(0) { $0 + $1.rows } },
            .timestamp("start_time", "When the first is from") { $0.first },
            .timestamp("end_time", "When the last is from") { $0.last },
            .int("raised", "How often something would have been raised") { $0.raised },
            .double("per_week", "How often in a week") { $0.weeks > 0 ? Double($0.raised) / $0.weeks : nil },
            .double("per_series_and_week", "How often in a week of one series") {
                $0.seriesWeeks > 0 ? Double($0.raised) / $0.seriesWeeks : nil
            },
            .records("findings", "What would have been raised, oldest first; 10,000 of a series at most") {
                $0.replays.flatMap(\.findings).sorted { $0.time < $1.time }.map(FindingRecord.init)
            },
        ]
    }
}
