import CommandKit
import DebVisorCore
import Metrics

/// `debvisor metric list`
struct MetricList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List series with their newest values",
        examples: [
            Example("debvisor metric list", "everything that is recorded", prints: "SAMPLES"),
            Example(
                "debvisor metric list pool_used_percent --tag pool=ssd -o json", "one series, for a program",
                prints: #""max": 100"#),
        ],
        statuses: .ofAStore + [.notFound], prints: SeriesRecord.self)

    struct Inputs: InputSet {
        let name = Argument(
            optional: "NAME", .object(ObjectKind.metric, placeholder: "NAME"),
            help: "Only this metric, or the series of this id")
        let selection = TagOptions()
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let tags = try args.selection.tagSet()
        guard let store = try context.existingMetricStore() else {
            if let name = args.name { throw MetricStore.noMetric(name, among: []) }
            return .list([SeriesRecord]())
        }
        let selection = try store.selection(args.name, tags)
        return .list(try store.states(selection).map(SeriesRecord.init))
    }
}

extension MetricStore {
    /// What store calls take for a name, or an id, and tags; without a name all series with these tags.
    /// - Throws: as `find`.
    func selection(_ name: String?, _ tags: TagSet) throws -> SeriesSelection {
        guard let name else { return SeriesSelection(nil, tags) }
        let found = try find(name, tags)
        if let only = found.first, only.id.description == name { return SeriesSelection(exactly: only.key) }
        return SeriesSelection(try MetricName(name), tags)
    }
}
