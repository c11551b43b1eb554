import Alerts
import CommandKit
import DebVisorCore
import Platform

/// `debvisor alert rule test`
struct AlertRuleTest: ReadingCommand {
    static let info = CommandInfo(
        "test", "Tell what a rule would have raised, over what is stored",
        discussion: AlertRuleTexts.test,
        examples: [
            Example("debvisor alert rule test pool-high --since 24h", "in the last day", prints: "firing"),
            Example("debvisor alert rule test pool-high -o json", "for a script", prints: "from_status"),
        ],
        statuses: .ofAStore + [.notFound], prints: ReplayedRecord.self)

    struct Inputs: InputSet {
        let name = Argument("RULE", .object(ObjectKind.alertRule, placeholder: "RULE"), help: "Name of the rule")
        let since = Option("since", .time, default: .ago(604_800), help: "From then on; 7d is so long ago")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let (store, rule) = try context.alertStore(withRule: args.name)
        let now = context.clock.now()
        let since = try context.instant(args.since)
        guard since < now else {
            throw Fault(.usage, "--since lies ahead", hint: "'7d' is so long ago")
        }
        let settings = try store.settings()
        let outcome = try await session.waiting(for: "the rule") {
            try await Worker.run {
                let scene = try RuleScene(context, session, now: now)
                return try RuleRehearsal(rule, settings, scene, since: since).run()
            }
        }
        var report = Report.list(outcome.steps)
        report.warnings = outcome.warnings
        session.note(outcome.sentence)
        return report
    }
}
