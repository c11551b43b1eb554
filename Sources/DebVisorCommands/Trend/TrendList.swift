import Anomalies
import CommandKit
import DebVisorCore
import Metrics
import Platform
import Trends

/// `debvisor trend list`
struct TrendList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List the series that rise or fall, the steepest first",
        discussion: """
            The steepest are those that changed most for their size: as a share of what lies between their limits where these are \
            known, else of their level. Series that have no sample in the window are left out, and so are the buckets of \
            histograms unless their name is given.
            """,
        examples: [
            Example("debvisor trend list", "everything that went somewhere in the last week", prints: "decreasing"),
            Example(
                "debvisor trend list pool_used_percent --direction stable -o json", "what stays where it is",
                prints: #""direction": "stable""#),
        ],
        statuses: .ofAStore + [.notFound], prints: TrendAnalysis.self)

    struct Inputs: InputSet {
        let name = Argument(
            optional: "NAME", .object(ObjectKind.metric, placeholder: "NAME"),
            help: "Only this metric, or the series of this id")
        let tags = TagOptions()
        let span = TrendWindow()
        let direction = Option(
            "direction", .choice(TrendDirection.self),
            help: "Only series that go this way; increasing and decreasing without it")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let tags = try args.tags.tagSet()
        guard let metrics = try context.existingMetricStore() else {
            if let name = args.name { throw MetricStore.noMetric(name, among: []) }
            return .list([TrendAnalysis]())
        }
        let series = try metrics.trendSeries(args.name, among: tags)
        let reader = TrendReader(
            metrics: metrics, session: session, range: args.span.range(until: context.clock.now()))
        let trends = try await session.waiting(for: "the analysis") {
            try await Worker.run { try reader.trends(of: series) }
        }
        let chosen = trends.filter { seen in
            args.direction.map { seen.trend.direction == $0 } ?? (seen.trend.direction != .stable)
        }
        var report = Report.list(chosen.sorted(by: Self.isBefore).map(TrendAnalysis.init))
        report.warnings = reader.warnings(trends)
        session.note(Self.sentence(trends, of: series.count))
        return report
    }

    private static func isBefore(_ one: SeriesTrend, _ other: SeriesTrend) -> Bool {
        let (a, b) = (abs(one.relativeChange), abs(other.relativeChange))
        if a != b { return a > b }
        if one.trend.confidence != other.trend.confidence { return one.trend.confidence > other.trend.confidence }
        return one.label.text < other.label.text
    }

    /// `looked at 40 series: 2 increasing, 1 decreasing, 35 stable, 2 without samples`.
    private static func sentence(_ trends: [SeriesTrend], of count: Int) -> String {
        var parts = TrendDirection.allCases.compactMap { direction -> String? in
            let count = trends.count { $0.trend.direction == direction }
            return count > 0 ? "\(count) \(direction.rawValue)" : nil
        }
        if trends.count < count { parts.append("\(count - trends.count) without samples") }
        return "looked at \(count) series" + (parts.isEmpty ? "" : ": ") + parts.joined(separator: ", ")
    }
}
