import Anomalies
import CommandKit
import DebVisorCore

/// `debvisor baseline list`
struct BaselineList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List baselines",
        examples: [
            Example("debvisor baseline list", "all", prints: "SERIES"),
            Example("debvisor baseline list node_load1 -o json", "of one metric, with profiles", prints: "std_dev"),
        ],
        statuses: .ofAStore, prints: BaselineRecord.self)

    struct Inputs: InputSet {
        let name = Argument(optional: "NAME", .object(ObjectKind.baseline), help: "Only of this metric")
        let tags = TagOptions()
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let tags = try args.tags.tagSet().dictionary
        let found = try context.existingAnomalyStore()?.baselines(args.name, tags) ?? []
        let report = Report.list(found.map(BaselineRecord.init))
        guard found.isEmpty, let name = args.name,
            let remark = try context.remark(onNothingOf: name, "no baseline")
        else { return report }
        return report.warning(remark)
    }
}
