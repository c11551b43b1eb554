import Alerts
import CommandKit
import DebVisorCore
import Metrics
import Schedules

/// `debvisor alert rule show`
struct AlertRuleShow: ReadingCommand {
    static let info = CommandInfo(
        "show", "Show one rule with the series that it looks at now, and its alerts",
        examples: [
            Example("debvisor alert rule show pool-high", "all about one", prints: "above 70"),
            Example("debvisor alert rule show pool-high -o json", "for a script", prints: "depends_on"),
        ],
        statuses: .ofAStore + [.notFound], prints: RuleDetailRecord.self)

    struct Inputs: InputSet {
        let name = Argument("RULE", .object(ObjectKind.alertRule, placeholder: "RULE"), help: "Name of the rule")
    }

    /// So many series are shown; the others are counted.
    private static let most = 1000

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let (store, rule) = try context.alertStore(withRule: args.name)
        let scene = try RuleScene(context, session, now: context.clock.now())
        let series = try scene.series(of: rule)
        let topology = try store.topology()
        let shown = Array(series.prefix(Self.most))
        let latest = try scene.metrics?.latest(shown.map(\.key)) ?? [:]
        var watched = shown.map { one in
            let known = scene.alertSeries(one)
            return WatchedRecord(
                text: known.text, id: known.id, object: known.object,
                parents: known.object.map(topology.ancestors) ?? [], latest: latest[one.key])
        }
        if rule.metric == JobMetric.name {
            watched = try (scene.schedules?.punctuality(at: scene.now) ?? []).map { job in
                WatchedRecord(
                    text: "\(JobMetric.name){job=\"\(job.job)\"}", id: "job:\(job.job)",
                    object: AlertPlaces.job(job.job.text), parents: [], latest: nil)
            }
        }
        let alerts = try store.alerts(AlertQuery(matchers: [LabelMatcher("rule", .equals, rule.name)]))
        let view = RuleView(rule: rule, unit: RuleView.unit(of: rule, series.first?.family), open: alerts.count)
        var report = Report.one(
            RuleDetailRecord(view: view, series: watched, alerts: alerts.map(RuleAlertRecord.init)))
        if series.count > Self.most { report.warnings.append("series that are not shown: \(series.count - Self.most)") }
        return report
    }
}
