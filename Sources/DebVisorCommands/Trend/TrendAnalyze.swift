import CommandKit
import DebVisorCore
import Metrics
import Platform
import Trends

/// `debvisor trend analyze`
struct TrendAnalyze: ReadingCommand {
    static let info = CommandInfo(
        "analyze", "Tell which way a series goes, how fast, and how surely",
        discussion: """
            In words, with what the result rests on and what it lacks; -o json has the figures. With --plot the samples are drawn \
            and the line through them, lighter; times are UTC.
            """,
        examples: [
            Example("debvisor trend analyze node_load1 --tag host=a", "the last week", prints: "there is no trend"),
            Example(
                "debvisor trend analyze pool_used_percent --tag pool=hdd --window 1d --plot", "a day, drawn",
                prints: "it falls by"),
            Example(
                "debvisor trend analyze pool_used_percent --tag pool=hdd -o json", "for a program",
                prints: #""direction": "decreasing""#),
        ],
        statuses: .ofAStore + [.notFound], prints: TrendAnalysis.self)

    struct Inputs: InputSet {
        let name = Argument(
            "NAME", .object(ObjectKind.metric, placeholder: "NAME"), help: "Name of the metric, or the id of a series")
        let tags = TagOptions()
        let span = TrendWindow()
        let plot = Flag("plot", help: "Draw the samples and the line through them")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let isForPeople = try session.isForPeople(plot: args.plot)
        let metrics = try context.metricStore(with: args.name)
        let series = try metrics.trendSeries(args.name, try args.tags.tagSet())
        let reader = TrendReader(
            metrics: metrics, session: session, range: args.span.range(until: context.clock.now()))
        let seen = try await session.waiting(for: "the analysis") {
            try await Worker.run { try reader.trend(of: series) }
        }
        var report = Report.one(TrendAnalysis(seen: seen))
        if isForPeople {
            let plot = args.plot ? "\n" + TrendPlot(seen, try reader.points(of: series)).text(session) : ""
            report = .text(TrendStory(seen).text + plot)
        }
        report.warnings = reader.warnings([seen])
        return report
    }
}

extension Session {
    /// Whether the result is for a person rather than a record for a program.
    /// - Throws: `usage` if a plot is wanted of a record.
    func isForPeople(plot isWanted: Bool) throws -> Bool {
        guard format == .table, !hasChosenFields else {
            if isWanted { throw Fault(.usage, "a plot is for people", hint: "leave out --plot, or -o and --fields") }
            return false
        }
        return true
    }
}
