import Anomalies
import CommandKit
import DebVisorCore
import Platform

/// `debvisor detect score`
struct DetectScore: ReadingCommand {
    static let info = CommandInfo(
        "score", "Score how unusual each row of a series is",
        discussion: """
            Reads CSV with the header 'timestamp,value' and writes it as it was with a third column, anomaly_score, from 0 \
            to 1. Times are RFC 3339, 'YYYY-MM-DD HH:MM:SS' (taken as UTC), or seconds or milliseconds since 1970. Each row \
            is judged by the rows before it alone, so a series can be scored while it comes in; nothing is trained or set. \
            An anomaly shows once, in the row where it begins.

            0.5 is worth a look (info), 0.65 an alarm (warning: on noise less than one a week at a row a minute), 0.77 \
            a certain one (critical). With -o json, yaml or tsv all rows are kept in memory first; -o ndjson gives each as it \
            comes.
            """,
        examples: [
            Example("debvisor detect score /srv/load.csv", "a series from a file", prints: "anomaly_score"),
            Example(
                "debvisor detect score /srv/load.csv --min 0 --max 100 -o ndjson",
                "percents, whose limits are known, for a program", prints: #""severity":null"#),
        ],
        statuses: [.notFound, .denied], prints: ScoredRow.self)

    struct Inputs: InputSet {
        let file = Argument(optional: "FILE", .file, help: "The series; standard input without, or with '-'")
        let min = Option("min", .double, help: "The least value that there can be, if it is known; with --max")
        let max = Option("max", .double, help: "The largest value that there can be: 100 for percents")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let limits = try Self.limits(args)
        let path = args.file.flatMap { $0 == "-" ? nil : $0 }
        let file = try path.map { try File($0, .read) }
        let input = SeriesInput(file: file, name: path ?? "standard input", limits: limits)
        switch session.format {
        case .table:
            return .bytes { emit in try input.score(into: emit) }
        case .ndjson:
            return .stream(of: ScoredRow.self) { emit in
                try input.score(rows: emit).forEach { session.warn($0) }
            }
        case .json, .yaml, .tsv:
            let all = Locked([ScoredRow]())
            let warnings = try input.score { rows in all.withLock { $0 += rows } }
            var report = Report.list(all.withLock { $0 })
            report.warnings = warnings
            return report
        }
    }

    private static func limits(_ args: Parsed<Inputs>) throws -> KnownLimits? {
        guard args.min != nil || args.max != nil else { return nil }
        guard let least = args.min, let most = args.max, let limits = KnownLimits(least, most) else {
            throw Fault(
                .usage, "--min and --max belong together, and --min is the smaller one",
                hint: "percents have --min 0 --max 100")
        }
        return limits
    }
}
