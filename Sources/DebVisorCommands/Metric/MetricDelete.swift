import CommandKit
import DebVisorCore
import Metrics
import Platform

/// `debvisor metric delete`
struct MetricDelete: ChangingCommand {
    static let info = CommandInfo(
        "delete", aliases: ["rm"], "Delete series with all their samples",
        discussion: """
            All series of a metric, those with certain tags, or the one of an id. A metric whose last series goes is forgotten, with \
            its type and unit, unless it was defined. The file gets smaller with 'debvisor metric compact'.
            """,
        examples: [
            Example("debvisor metric delete pool_used_percent --dry-run", "what would go", prints: "delete"),
            Example("debvisor metric delete pool_used_percent --tag pool=hdd --yes", "one pool's", prints: "hdd"),
        ],
        statuses: .ofAStore + [.notFound], effect: .destroys, prints: SeriesRecord.self)

    struct Inputs: InputSet {
        let name = Argument(
            "NAME", .object(ObjectKind.metric, placeholder: "NAME"), help: "Name of the metric, or the id of a series")
        let selection = TagOptions()
        let missingOK = Flag("missing-ok", help: "It is no error if there is none")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let tags = try args.selection.tagSet()
        let selection: SeriesSelection
        let doomed: [SeriesState]
        do {
            let store = try context.metricStore(with: args.name)
            selection = try store.selection(args.name, tags)
            doomed = try store.states(selection)
        } catch let fault as Fault where fault.kind == .notFound && args.missingOK {
            return .nothing(.list([SeriesRecord]()))
        }
        let steps = doomed.map { state in
            Step("delete", "series \(state.series.key)", detail: "\(state.samples) samples, \(state.rollUps) roll-ups")
        }
        return Plan(steps) { _ in
            let store = try context.metricStore()
            try await Worker.run { _ = try store.delete(selection) }
            return .list(doomed.map(SeriesRecord.init))
        }
    }
}
