import CommandKit
import DebVisorCore
import Metrics

/// `debvisor metric export`
struct MetricExport: ReadingCommand {
    static let info = CommandInfo(
        "export", "Write samples as a file that can be imported",
        discussion: """
            All series without a name, one after the other. Importing the file gives the same samples bit for bit. Roll-ups, which stand \
            for samples that are not kept any more, are left out, and a warning says so. With -o json and the like samples are written \
            as 'get' does instead.
            """,
        examples: [
            Example("debvisor metric export", "everything, as OpenMetrics", prints: "# EOF"),
            Example(
                "debvisor metric export pool_used_percent --from 7d --format csv", "a week of one metric",
                prints: "name,tags,type,timestamp,value"),
        ],
        statuses: .ofAStore + [.notFound], prints: MetricRecord.self)

    struct Inputs: InputSet {
        let name = Argument(
            optional: "NAME", .object(ObjectKind.metric, placeholder: "NAME"),
            help: "Only this metric, or the series of this id")
        let selection = TagOptions()
        let from = Option("from", .time, help: "Then and later; 24h is so long ago")
        let to = Option("to", .time, help: "Then and earlier")
        let format = Option("format", .choice(MetricFormat.self), default: .openmetrics, help: "How they are written")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let range = try context.timeRange(from: args.from, to: args.to)
        let (tags, format) = (try args.selection.tagSet(), args.format)
        let store = try args.name.map(context.metricStore(with:)) ?? context.existingMetricStore()
        let selection = try store?.selection(args.name, tags)
        guard session.format == .table else {
            guard let store, let selection else { return .list([MetricRecord]()) }
            return try SeriesQuery(
                store: store, series: store.series(selection), range: range, step: nil, aggregate: .avg, limit: nil
            ).report(session)
        }
        return .bytes { emit in
            try withoutActuallyEscaping(emit) { emit in
                let output = ByteOutput(emit)
                guard let store, let selection else {
                    try MetricStore.exportNothing(to: output, format)
                    return []
                }
                _ = try store.exportSamples(selection, range, to: output, format)
                return try store.hasRollUps
                    ? ["roll-ups are not exported; 'debvisor metric get --step' reads them"] : []
            }
        }
    }
}
