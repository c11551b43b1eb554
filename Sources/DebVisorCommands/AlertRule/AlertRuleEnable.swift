import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert rule enable`
struct AlertRuleEnable: ChangingCommand {
    static let info = CommandInfo(
        "enable", "Have a rule looked at again",
        examples: [Example("debvisor alert rule enable pool-high", "as it was", prints: "pool-high")],
        statuses: .ofAStore + [.notFound], prints: RuleRecord.self)

    struct Inputs: InputSet {
        let name = Argument("RULE", .object(ObjectKind.alertRule, placeholder: "RULE"), help: "Name of the rule")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        try RuleSwitch.plan(args.name, true, context)
    }
}

/// `debvisor alert rule disable`
struct AlertRuleDisable: ChangingCommand {
    static let info = CommandInfo(
        "disable", "Have a rule not looked at any more; what it has open is over",
        examples: [Example("debvisor alert rule disable pool-high", "until it is enabled", prints: "pool-high")],
        statuses: .ofAStore + [.notFound], prints: RuleRecord.self)

    struct Inputs: InputSet {
        let name = Argument("RULE", .object(ObjectKind.alertRule, placeholder: "RULE"), help: "Name of the rule")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        try RuleSwitch.plan(args.name, false, context)
    }
}

private enum RuleSwitch {
    static func plan(_ name: String, _ isEnabled: Bool, _ context: AppContext) throws -> Plan {
        let rule = try context.alertStore(withRule: name).1
        var changed = rule
        changed.isEnabled = isEnabled
        let view = RuleView(rule: changed, unit: RuleView.unit(of: rule, nil), open: 0)
        let record = RuleRecord(view: view)
        guard rule.isEnabled != isEnabled else { return .nothing(.one(record)) }
        return Plan([Step(isEnabled ? "enable" : "disable", "rule \(name)", detail: view.sentence)]) { _ in
            try context.alertStore().setEnabled(name, isEnabled, by: context.person(nil), at: context.clock.now())
            return .one(record)
        }
    }
}
