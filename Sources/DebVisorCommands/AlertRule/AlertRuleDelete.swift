import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert rule delete`
struct AlertRuleDelete: ChangingCommand {
    static let info = CommandInfo(
        "delete", aliases: ["rm"], "Delete rules; what they have open is over",
        discussion: """
            Alerts of the rule that are open are resolved, and those who heard of them hear that. Their history stays until \
            the retention removes it. A rule that came with debvisor does not come back.
            """,
        examples: [
            Example("debvisor alert rule delete pool-high --dry-run", "what would be done", prints: "delete"),
            Example("debvisor alert rule delete pool-high --yes", "without a question", prints: "pool-high"),
        ],
        statuses: .ofAStore + [.notFound], effect: .destroys, prints: RuleRecord.self)

    struct Inputs: InputSet {
        let names = Arguments(
            "RULE", .object(ObjectKind.alertRule, placeholder: "RULE"), atLeast: 1, help: "Names of rules")
        let missingOK = Flag("missing-ok", help: "It is no error if one is not there")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        var doomed: [AlertRule] = []
        for name in args.names {
            do {
                let rule = try context.alertStore(withRule: name).1
                if !doomed.contains(where: { $0.name == rule.name }) { doomed.append(rule) }
            } catch let fault as Fault where fault.kind == .notFound && args.missingOK { continue }
        }
        let chosen = doomed
        guard !chosen.isEmpty else { return .nothing(.list([RuleRecord]())) }
        let store = try context.alertStore()
        let open = try store.openCounts()
        let views = chosen.map { rule in
            RuleView(rule: rule, unit: RuleView.unit(of: rule, nil), open: open[rule.name] ?? 0)
        }
        let steps = views.map { view in
            Step(
                "delete", "rule \(view.rule.name)",
                detail: view.sentence + (view.open > 0 ? "; open alerts that end: \(view.open)" : ""))
        }
        return Plan(steps) { _ in
            for rule in chosen { try store.deleteRule(rule.name, by: context.person(nil), at: context.clock.now()) }
            return .list(views.map(RuleRecord.init))
        }
    }
}
