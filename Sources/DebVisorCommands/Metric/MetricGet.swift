import CommandKit
import DebVisorCore
import Metrics

/// `debvisor metric get`
struct MetricGet: ReadingCommand {
    static let info = CommandInfo(
        "get", "Show the values of a metric",
        discussion: """
            Prints samples as they were recorded, or with --step and --aggregate one value for each step that has some; \
            'rate' is the growth a second, for which a counter that began anew has lost nothing. Steps begin at multiples of their \
            length, in UTC. Of roll-ups, which stand for samples that are not kept any more, there are no percentiles.

            Several series are told by their tags, one after the other. -o ndjson gives each value as it comes; the other formats \
            keep all in memory first, so take --limit or 'debvisor metric export' for millions. --plot draws instead, in UTC.
            """,
        examples: [
            Example("debvisor metric get pool_used_percent --from 24h", "the last day", prints: "VALUE"),
            Example(
                "debvisor metric get pool_used_percent --tag pool=ssd --step 1h --aggregate max -o json",
                "the largest value of each hour", prints: #""value": "#),
            Example("debvisor metric get pool_used_percent --plot", "as a curve", prints: "pool_used_percent{pool="),
        ],
        statuses: .ofAStore + [.notFound], prints: MetricRecord.self)

    struct Inputs: InputSet {
        let name = Argument(
            "NAME", .object(ObjectKind.metric, placeholder: "NAME"), help: "Name of the metric, or the id of a series")
        let selection = TagOptions()
        let from = Option("from", .time, help: "Then and later; 24h is so long ago")
        let to = Option("to", .time, help: "Then and earlier")
        let step = Option("step", .duration(atLeast: 1), help: "One value for so long a time; with --aggregate")
        let aggregate = Option(
            "aggregate", .choice(Aggregate.self), help: "avg, min, max, sum, count, p50, p95, p99 or rate; with --step")
        let limit = Option("limit", .int(in: 1...), help: "Only so many, the newest, of each series")
        let plot = Flag("plot", help: "Draw a curve for each series, of four at most")
    }

    static let rules: [InputRule<Inputs>] = [
        .requires(\.step, \.aggregate), .requires(\.aggregate, \.step), .conflict(\.limit, \.plot),
    ]

    /// Seconds; longer than all times that a store takes.
    private static let longestStep = 10_000 * 366 * 86_400

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let range = try context.timeRange(from: args.from, to: args.to)
        let tags = try args.selection.tagSet()
        if args.plot, session.format != .table {
            throw Fault(.usage, "a plot is for people, not for -o \(session.format.rawValue)", hint: "leave out one")
        }
        let store = try context.metricStore(with: args.name)
        let query = SeriesQuery(
            store: store, series: try store.find(args.name, tags), range: range,
            step: args.step.map { Int64(min($0, Self.longestStep)) * 1000 }, aggregate: args.aggregate ?? .avg,
            limit: args.limit)
        if args.plot { return try plot(query, session) }
        // Very many rows go into a pipe or a file. A person's terminal is as slow as the usual way.
        if session.format == .table, !session.hasChosenFields, !session.console.isTerminal(.output) {
            var table = SampleTable()
            let warnings = try query.read(into: &table)
            var report = Report.table(table.table)
            report.warnings = warnings
            return report
        }
        return try query.report(session)
    }

    private func plot(_ query: SeriesQuery, _ session: Session) throws -> Report {
        guard query.series.count <= 4 else {
            throw Fault(
                .usage, "\(query.series.count) series fit, of which at most 4 are drawn", hint: "say which with --tag")
        }
        var text = ""
        for series in query.series {
            var plot = SeriesPlot(points: [])
            _ = try query.read(series) { samples in
                plot.points += samples.map { ($0.time.milliseconds, $0.value) }
            }
            plot.unit = PlotUnit(series.family, isRate: query.isRate)
            plot.longestGap = query.step.map { $0 + $0 / 2 }
            (plot.width, plot.signs) = (session.plotWidth, session.plotSigns)
            text += (text.isEmpty ? "" : "\n") + "\(series.key)\n" + plot.text
        }
        var report = Report.text(text)
        report.warnings = try query.warnings()
        return report
    }
}
