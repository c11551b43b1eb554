import Anomalies
import CommandKit
import DebVisorCore
import Metrics

/// `debvisor baseline delete`
struct BaselineDelete: ChangingCommand {
    static let info = CommandInfo(
        "delete", aliases: ["rm"], "Delete the baselines of a metric's series",
        examples: [
            Example("debvisor baseline delete node_load1 --dry-run", "what would be done", prints: "delete"),
            Example("debvisor baseline delete node_load1 --tag host=a --yes", "of one series", prints: "host"),
        ],
        statuses: .ofAStore + [.notFound], effect: .destroys, prints: DeletedBaseline.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .object(ObjectKind.baseline), help: "Name of the metric")
        let tags = TagOptions()
        let missingOK = Flag("missing-ok", help: "It is no error if there is none")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let labels: [SeriesLabel]
        do {
            labels = try context.anomalyStore(withBaselinesOf: args.name)
                .findBaselines(args.name, try args.tags.tagSet())
        } catch let fault as Fault where fault.kind == .notFound && args.missingOK {
            return .nothing(.list([DeletedBaseline]()))
        }
        return Plan(labels.map { Step("delete", "baseline of \($0.text)") }) { _ in
            try context.anomalyStore().deleteBaselines(of: labels.map(\.id))
            return .list(labels.map(DeletedBaseline.init))
        }
    }
}

/// A baseline that is gone.
struct DeletedBaseline: Record {
    var label: SeriesLabel

    static var fields: [Field<DeletedBaseline>] {
        [
            .string("metric_name", "Name of the metric", column: .none) { $0.label.metric },
            .map("tags", "Tags of the series", column: .none) { $0.label.tags },
            .string("series_id", "Id of the series", column: .none) { $0.label.idText },
            .string("series", "Name and tags") { $0.label.text },
        ]
    }
}
