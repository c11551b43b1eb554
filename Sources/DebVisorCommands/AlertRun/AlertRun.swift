import Alerts
import CommandKit
import DebVisorCore
import Platform

/// `debvisor alert run`
struct AlertRun: ChangingCommand {
    static let info = CommandInfo(
        "run", "Evaluate rules over what was measured since, and send what is due",
        discussion: AlertRunTexts.discussion,
        examples: [
            Example("debvisor alert run", "all rules, and tell what changed", prints: "pool-high"),
            Example(
                "debvisor alert run --no-deliver --fail-on critical -o json",
                "for a script that looks at the status", prints: "pool_used_percent"),
            Example("debvisor alert run --dry-run", "which rules would be evaluated", prints: "evaluate"),
        ],
        statuses: .ofAStore + [.partial, .notFound], prints: AlertChangeRecord.self)

    struct Inputs: InputSet {
        let rules = Arguments("RULE", .object(ObjectKind.alertRule, placeholder: "RULE"), help: "Only these rules")
        let noDeliver = Flag("no-deliver", help: "Leave notices in the outbox for another run")
        let failOn = Option(
            "fail-on", .choice(AlertSeverity.self),
            help: "End with status 9 if something at least so severe calls for somebody")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let chosen = try Self.rules(args.rules, context)
        var steps = chosen.map { Step("evaluate", "rule \($0.name)", detail: $0.sentence) }
        if !args.noDeliver { steps.append(Step("deliver", "notices that are due")) }
        let names = args.rules
        var plan = Plan(steps) { session in
            let now = context.clock.now()
            let store = try context.alertStore()
            let added = try store.offer(ReadyRules.all, at: now)
            if !added.isEmpty {
                session.note("rules that come with debvisor were added: \(added.joined(separator: ", "))")
            }
            let rules = try Self.rules(names, context).filter(\.isEnabled)
            let evaluation = RuleEvaluation(store: store, context: context, session: session, now: now)
            let report = try await session.waiting(for: "the rules") {
                try await Worker.run { try evaluation.run(rules) }
            }
            return try await Self.finish(args, report, store, context, session)
        }
        plan.warnings = names.isEmpty ? [] : chosen.filter { !$0.isEnabled }.map { "rule '\($0.name)' is disabled" }
        return plan
    }

    /// Those of these names; all without any. Before the first run they are those that come with the program.
    private static func rules(_ names: [String], _ context: AppContext) throws -> [AlertRule] {
        let store = try context.existingAlertStore()
        if let store, !names.isEmpty { return try Array(Set(names)).sorted().map { try store.find(rule: $0) } }
        let known = try store?.rules() ?? []
        guard names.isEmpty else { throw AlertStore.noRule(names[0], among: []) }
        return known.isEmpty && store == nil ? ReadyRules.all : known.filter(\.isEnabled)
    }

    private static func finish(
        _ args: Parsed<Inputs>, _ evaluated: EvaluationReport, _ store: AlertStore, _ context: AppContext,
        _ session: Session
    ) async throws -> Report {
        var report = Report.list(try AlertChangeRecord.records(of: evaluated.events, in: store))
        report.changed = !evaluated.events.isEmpty
        do { try store.applyRetentionIfDue(at: context.clock.now()) } catch {
            report.warnings.append("the retention of alerts was not applied: \(error)")
        }
        if !args.noDeliver {
            let dispatcher = context.dispatcher(store)
            let sent = try await session.waiting(for: "notices") {
                try await Worker.run { try dispatcher.deliverDue { !session.isCancelled } }
            }
            report.failures = sent.problems.map {
                ItemFailure(
                    "a notice",
                    Fault(.unavailable, $0, hint: "it is tried again; 'debvisor alert notify test' tries it now"))
            }
            if sent.delivered > 0 {
                report.changed = true
                session.note("notices that were delivered: \(sent.delivered)")
            }
        }
        if evaluated.events.isEmpty { session.note(try Standing(store).sentence) }
        return report.attention(try store.calling(), atLeast: args.failOn)
    }
}

/// How things stand after a run.
private struct Standing {
    private let counts: [AlertStatus: [AlertSeverity: Int]]

    init(_ store: AlertStore) throws { counts = try store.counts() }

    /// `open alerts: 3 firing, 1 acknowledged`
    var sentence: String {
        let open = AlertStatus.allCases.filter(\.isOpen).compactMap { status -> String? in
            let count = counts[status]?.values.reduce(0, +) ?? 0
            return count > 0 ? "\(count) \(status.rawValue)" : nil
        }
        return open.isEmpty ? "no alert is open" : "open alerts: \(open.joined(separator: ", "))"
    }
}
