import Alerts
import CommandKit
import DebVisorCore
import Metrics

/// `debvisor alert rule list`
struct AlertRuleList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List the rules, and how many alerts of each are open",
        discussion: "Those that come with debvisor are there once 'debvisor alert run' has run.",
        examples: [
            Example("debvisor alert rule list", "all of them", prints: "pool-high"),
            Example(
                "debvisor alert rule list --fields rule,condition,open_alerts -o json", "for a script",
                prints: "above 70"),
        ],
        statuses: .ofAStore, prints: RuleRecord.self)

    func run(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        guard let store = try context.existingAlertStore() else { return .list([RuleRecord]()) }
        let open = try store.openCounts()
        let metrics = try context.existingMetricStore()
        return .list(
            try store.rules().map { rule in
                let family = try (try? MetricName(rule.metric)).flatMap { try metrics?.family(of: $0) }
                return RuleRecord(
                    view: RuleView(rule: rule, unit: RuleView.unit(of: rule, family), open: open[rule.name] ?? 0))
            })
    }
}
