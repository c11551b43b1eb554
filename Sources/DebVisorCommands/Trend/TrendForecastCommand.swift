import Anomalies
import CommandKit
import DebVisorCore
import Metrics
import Platform
import Trends

/// `debvisor trend forecast`
struct TrendForecastCommand: ReadingCommand {
    static let info = CommandInfo(
        "forecast", "Tell when a series reaches a level: at the earliest, likely, and at the latest",
        discussion: """
            By the trend of the window, if it has one, for the next 90 days. At the earliest and at the latest are when it may \
            get there in nineteen cases of twenty, by how uncertain the slope is and how far samples stray. What rises and falls \
            back again and again is never said to go on.

            With --within the status is 9 if the level is reached already, or likely within that time: for jobs. It needs --side: \
            without it a series that is beyond the level already is taken to be asked when it comes back. What gets there and \
            back again and again ends with 0.
            """,
        examples: [
            Example(
                "debvisor trend forecast pool_used_percent --tag pool=hdd --threshold 50", "when it is half empty",
                prints: "it reaches 50"),
            Example(
                "debvisor trend forecast pool_used_percent --tag pool=ssd --threshold 90 --side above --within 7d -o json",
                "for a job that looks at the status", prints: "not-within"),
            Example(
                "debvisor trend forecast pool_used_percent --tag pool=hdd --threshold 60 --side below --within 2d",
                "one that gets there", status: .attention, prints: "it reaches 60"),
        ],
        statuses: .ofAStore + [.notFound], prints: TrendForecastRecord.self)

    struct Inputs: InputSet {
        let name = Argument(
            "NAME", .object(ObjectKind.metric, placeholder: "NAME"), help: "Name of the metric, or the id of a series")
        let threshold = Option(required: "threshold", .level, help: "The level: a number, or a size like 200GiB")
        let side = Option(
            "side", .choice(TrendForecast.Side.self),
            help: "Where the level counts as reached; without it on the far side of it, as the series is now")
        let tags = TagOptions()
        let span = TrendWindow()
        let within = Option(
            "within", .duration(atLeast: 1), help: "End with status 9 if it is likely reached within so long a time")
        let plot = Flag("plot", help: "Draw the samples, and the line on to the level")
    }

    static let rules: [InputRule<Inputs>] = [.requires(\.within, \.side)]

    private static let horizonDays = 90

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let isForPeople = try session.isForPeople(plot: args.plot)
        if let within = args.within, within > Self.horizonDays * 86_400 {
            throw Fault(
                .usage, "--within looks farther ahead than a forecast does",
                hint: "take \(Self.horizonDays)d or less")
        }
        let metrics = try context.metricStore(with: args.name)
        let series = try metrics.trendSeries(args.name, try args.tags.tagSet())
        let now = context.clock.now()
        let reader = TrendReader(metrics: metrics, session: session, range: args.span.range(until: now))
        let seen = try await session.waiting(for: "the forecast") {
            try await Worker.run { try reader.trend(of: series) }
        }
        let forecast = seen.trend.forecast(
            reaching: args.threshold.value, side: args.side, now: now, horizonDays: Self.horizonDays)
        var report = Report.one(TrendForecastRecord(seen: seen, forecast: forecast))
        if isForPeople {
            let plot = args.plot ? "\n" + TrendPlot(seen, try reader.points(of: series), forecast).text(session) : ""
            report = .text(TrendStory(seen, forecast, isSideGiven: args.side != nil).text + plot)
        }
        report.warnings = reader.warnings([seen])
        if forecast.outcome == .impossible, !isForPeople || args.within != nil {
            report.warnings.append("the level is outside of the limits of \(seen.label.text): it is never reached")
        }
        guard let within = args.within, forecast.isDue(within: within, of: now) else { return report }
        return report.attention(
            "\(seen.label.text): \(forecast.explanation(seen.unit.text).first ?? "")",
            hint: "see what it rests on with: debvisor trend analyze \(seen.label.idText) --plot")
    }
}

extension TrendForecast {
    /// Whether the level is reached, or likely will be.
    /// - Parameter seconds: from an instant on.
    func isDue(within seconds: Int, of now: Timestamp) -> Bool {
        if outcome == .reached { return true }
        guard outcome == .expected, let likely else { return false }
        return likely <= now.adding(milliseconds: Int64(seconds) * 1000)
    }
}
