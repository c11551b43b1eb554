import Anomalies
import CommandKit
import DebVisorCore
import Metrics
import Platform

/// `debvisor baseline update`
struct BaselineUpdate: ChangingCommand {
    static let info = CommandInfo(
        "update", "Make the baselines of a metric's series anew",
        discussion:
            "Of all samples that are stored now, or of those of a time. One that comes out the same stays as it is.",
        examples: [
            Example("debvisor baseline update node_load1 --from 30d", "of the last month", prints: "SAMPLES"),
            Example("debvisor baseline update node_load1 --dry-run", "what would be done", prints: "update"),
        ],
        statuses: .ofAStore + [.notFound, .partial], prints: BaselineRecord.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .object(ObjectKind.baseline), help: "Name of the metric")
        let tags = TagOptions()
        let span = BaselineSpan()
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let existing = try context.anomalyStore(withBaselinesOf: args.name)
        let labels = try existing.findBaselines(args.name, try args.tags.tagSet())
        let metrics = try context.metricStore(with: args.name)
        let range = try context.range(of: args.span)
        return Plan(labels.map { Step("update", "baseline of \($0.text)") }) { session in
            let maker = BaselineMaker(metrics: metrics, session: session, range: range)
            let (store, now) = (try context.anomalyStore(), context.clock.now())
            return try await Worker.run {
                var series: [MetricSeries] = []
                var gone: [ItemFailure] = []
                for label in labels {
                    do { series.append(try metrics.series(label.idText)) } catch let fault as Fault
                        where fault.kind == .notFound
                    {
                        gone.append(ItemFailure(label.text, fault))
                    }
                }
                var kept = try maker.keep(
                    series, in: store, insteadOf: store.readableBaselines(args.name), at: now)
                kept.failures += gone
                return kept
            }.report()
        }
    }
}
