import Anomalies
import CommandKit
import DebVisorCore
import Metrics
import Platform

/// `debvisor detect run`
struct DetectRun: ChangingCommand {
    static let info = CommandInfo(
        "run", "Score what is new in stored series, and record what is unusual",
        discussion: """
            Goes on where the last run ended; a run that finds nothing new changes nothing, and runs at the same time do not \
            find the same twice. What a scheduled job calls after 'debvisor metric collect'.

            Gauges are scored by their values, counters and the sums and counts of histograms by their growth a second. A \
            counter that falls has begun anew, which is nothing unusual; neither is a gap in its samples, nor the end of a \
            series. Buckets of histograms are not scored, values that are no numbers are passed over.

            The first run over a series learns from all samples that are stored, and records what it found in the last 24 \
            hours, or since --since. Samples that come late, for times that were scored before, are not scored: they are \
            counted and told. With --anew the series are learned from their beginning again, late samples too; what was found \
            stays, and nothing is found again.
            """,
        examples: [
            Example("debvisor detect run", "all that is new", prints: "SEVERITY"),
            Example(
                "debvisor detect run node_load1 --tag host=a --fail-on critical -o json",
                "one series, for a script that looks at the status", status: .attention, prints: "critical"),
        ],
        statuses: .ofAStore + [.notFound], prints: FindingRecord.self)

    struct Inputs: InputSet {
        let series = SeriesInputs()
        let since = Option("since", .time, help: "Record only findings from then on; what is older is learned from")
        let failOn = Option(
            "fail-on", .choice(Severity.self), help: "End with status 9 if something at least so severe was found")
        let anew = Flag("anew", help: "Learn the series from their beginning again")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let tags = try args.series.tags.tagSet()
        guard let metrics = try context.existingMetricStore() else {
            if let name = args.series.name { throw MetricStore.noMetric(name, among: []) }
            return .nothing(.list([FindingRecord]()))
        }
        let series = try metrics.scoredSeries(args.series.name, tags)
        guard !series.isEmpty else { return .nothing(.list([FindingRecord]())) }
        let since = try context.instant(of: args.since)
        let isAll = args.series.name == nil && tags.tags.isEmpty
        let step = Step(args.anew ? "learn anew" : "score", "what is new in \(series.count) series")
        return Plan([step]) { session in
            let now = context.clock.now()
            let run = DetectionRun(
                metrics: metrics, anomalies: try context.anomalyStore(), since: since, isAnew: args.anew, now: now,
                session: session)
            let summary = try await Worker.run { [series] in
                let summary = try run.run(series)
                if isAll { try Self.forget(allBut: series, in: run.anomalies, at: now) }
                return summary
            }
            return Self.report(summary, failOn: args.failOn, session)
        }
    }

    /// States of series that are gone would stay for ever.
    private static func forget(allBut series: [MetricSeries], in store: AnomalyStore, at now: Timestamp) throws {
        let edge = now.adding(milliseconds: -DetectionRun.firstRecorded * 1000)
        _ = try store.forget(allBut: Set(series.map(\.id.number)), scoredBefore: edge)
    }

    private static func report(_ summary: DetectionSummary, failOn: Severity?, _ session: Session) -> Report {
        let findings = summary.findings.sorted { ($0.time, $0.id) > ($1.time, $1.id) }
        var report = Report.list(findings.map(FindingRecord.init))
        report.changed = summary.changes
        report.warnings = summary.warnings
        session.note(summary.sentence)
        summary.remarks.forEach(session.note)
        guard let failOn, summary.count(atLeast: failOn) > 0 else { return report }
        let count = summary.count(atLeast: failOn)
        return report.attention(
            "something unusual was found: \(count) of at least '\(failOn.rawValue)'",
            hint: findings.first { $0.severity.map { $0 >= failOn } ?? false }.map {
                "see why with: debvisor detect explain \($0.id)"
            })
    }
}
