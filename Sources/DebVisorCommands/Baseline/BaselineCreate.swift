import Anomalies
import CommandKit
import DebVisorCore
import Metrics
import Platform

/// `debvisor baseline create`
struct BaselineCreate: ChangingCommand {
    static let info = CommandInfo(
        "create", "Make the baselines of a metric's series that have none",
        discussion: """
            A baseline has the mean, standard deviation and percentiles of a series' samples, and what it has at each hour of the \
            day and the week where there is enough of it. It says what it lacks. 'update' makes it anew.
            """,
        examples: [
            Example("debvisor baseline create node_load1", "of all series of a metric", prints: "SAMPLES"),
            Example(
                "debvisor baseline create node_load1 --tag host=a --from 14d", "of one, of a fortnight", prints: "host"),
        ],
        statuses: .ofAStore + [.notFound, .partial], prints: BaselineRecord.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .object(ObjectKind.metric), help: "Name of the metric")
        let tags = TagOptions()
        let span = BaselineSpan()
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let metrics = try context.metricStore(with: args.name)
        let series = try metrics.scoredSeries(args.name, try args.tags.tagSet())
        let range = try context.range(of: args.span)
        let store = try context.existingAnomalyStore()
        let known = Set(try store?.seriesWithBaseline().map(\.id) ?? [])
        let missing = series.filter { !known.contains($0.id.number) }
        guard !missing.isEmpty else {
            let all = store?.readableBaselines() ?? [:]
            return .nothing(.list(series.compactMap { all[$0.id.number] }.map(BaselineRecord.init)))
        }
        return Plan(missing.map { Step("create", "baseline of \($0.key)") }) { session in
            let maker = BaselineMaker(metrics: metrics, session: session, range: range)
            let (store, now) = (try context.anomalyStore(), context.clock.now())
            return try await Worker.run { try maker.keep(missing, in: store, insteadOf: [:], at: now) }.report()
        }
    }
}
