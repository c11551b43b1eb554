import Anomalies
import CommandKit
import DebVisorCore

/// `debvisor detect recent`
struct DetectRecent: ReadingCommand {
    static let info = CommandInfo(
        "recent", "List what runs have found, newest first",
        discussion: "The newest 100,000 findings are kept.",
        examples: [
            Example(
                "debvisor detect recent --since 24h --severity warning", "what matters since yesterday", prints: "ID"),
            Example(
                "debvisor detect recent node_load1 -o json", "of one metric, with the evidence", prints: "evidence"),
        ],
        statuses: .ofAStore, prints: FindingRecord.self)

    struct Inputs: InputSet {
        let series = SeriesInputs()
        let since = Option("since", .time, help: "Measured then or later; 24h is so long ago")
        let severity = Option("severity", .choice(Severity.self), default: .info, help: "At least so severe")
        let limit = Option("limit", .int(in: 1...100_000), default: 100, help: "How many at most")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        var query = FindingQuery()
        query.metric = args.series.name
        query.tags = try args.series.tags.tagSet().dictionary
        query.since = try context.instant(of: args.since)
        query.severity = args.severity
        query.limit = args.limit
        let found = try context.existingAnomalyStore()?.findings(query) ?? []
        let report = Report.list(found.map(FindingRecord.init))
        guard found.isEmpty, let name = args.series.name,
            let remark = try context.remark(onNothingOf: name, "no finding")
        else { return report }
        return report.warning(remark)
    }
}
