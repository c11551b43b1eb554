import Anomalies
import CommandKit
import DebVisorCore

/// `debvisor detect feedback list`
struct FeedbackList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List what was told to be a false alarm, and what that leaves of weights",
        examples: [
            Example("debvisor detect feedback list", "all", prints: "WEIGHT"),
            Example(
                "debvisor detect feedback list node_load1 --tag host=a -o json", "of one series, with each weight",
                prints: "told_by"),
        ],
        statuses: .ofAStore, prints: FalseAlarmRecord.self)

    struct Inputs: InputSet {
        let series = SeriesInputs()
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let tags = try args.series.tags.tagSet().dictionary
        guard let store = try context.existingAnomalyStore() else { return .list([FalseAlarmRecord]()) }
        let found = try store.falseAlarms(args.series.name, tags)
        let report = Report.list(FalseAlarmRecord.records(found, try store.weights()))
        guard found.isEmpty, let name = args.series.name,
            let remark = try context.remark(onNothingOf: name, "no false alarm")
        else { return report }
        return report.warning(remark)
    }
}
