import Alerts
import CommandKit
import DebVisorCore
import Metrics
import Platform

/// `debvisor alert rule add`
struct AlertRuleAdd: ChangingCommand {
    static let info = CommandInfo(
        "add", "Add a rule: what to look for in which series",
        discussion: AlertRuleTexts.add,
        examples: [
            Example(
                "debvisor alert rule add pool-full pool_used_percent --above 95 --clear-below 90 --for 1h --severity critical",
                "too full for an hour, and over once it is below 90", prints: "pool-full"),
            Example(
                "debvisor alert rule add pool-fills pool_used_percent --tag pool=~s.* --reaches 100 --within 7d",
                "full within a week, if it goes on so", prints: "reaches 100"),
            Example(
                "debvisor alert rule add silent pool_used_percent --absent 2h --hides-dependents",
                "no sample for two hours", prints: "no sample for 2 h"),
        ],
        statuses: .ofAStore + [.notFound], prints: RuleRecord.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .string("NAME"), help: "Name of the rule")
        let metric = Argument(
            "METRIC", .object(ObjectKind.metric, placeholder: "METRIC"), help: "Series of this metric")
        let tags = Options(
            "tag", .matcher, help: "… with such a tag: host=a, host!=a, host=~web.* or host!~web.*; all must fit")
        let condition = ConditionInputs()
        let hold = Option("for", .duration(), default: 0, help: "It fires once it has held for so long")
        let keep = Option(
            "keep", .duration(), help: "It resolves once it has cleared for so long; 0, of anomalies 30m, unless given")
        let noData = Option(
            "no-data", .duration(atLeast: 1),
            help: "Without a sample for so long it is 'nodata'; 10m or three times the usual step unless given")
        let severity = Option("severity", .choice(AlertSeverity.self), default: .warning, help: "How bad it is")
        let hidesDependents = Flag(
            "hides-dependents", help: "While it fires, alerts of what depends on its object are hidden")
        let details = Option("description", .string, default: "", help: "What it is for")
        let replace = Flag("replace", help: "Change the rule if there is one of that name")
        let unknownOK = Flag("unknown-ok", help: "It is no error if there is no such metric yet")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let condition = try args.condition.condition()
        var rule = AlertRule(
            args.name, metric: args.metric, matchers: args.tags, condition, forSeconds: args.hold,
            keepSeconds: args.keep, severity: args.severity, hidesDependents: args.hidesDependents,
            description: args.details)
        let now = context.clock.now()
        let scene = try RuleScene(context, session, now: now)
        try Self.check(metric: args.metric, isUnknownOK: args.unknownOK, scene)
        let survey = try RuleSurvey(rule, scene)
        rule.noDataSeconds = args.noData ?? Self.noData(condition, survey)
        try survey.check(rule)
        try rule.check(survey.surroundings)
        let unit = RuleView.unit(of: rule, survey.series.first?.family)
        let view = RuleView(rule: rule, unit: unit, open: 0)
        let old = try context.existingAlertStore()?.rules().first { $0.name == rule.name }
        if old == rule { return .nothing(.one(RuleRecord(view: view))) }
        if old != nil, !args.replace {
            throw Fault(
                .conflict, "there is a rule '\(rule.name)' already",
                hint: "--replace changes it; or choose another name")
        }
        let (added, surroundings, isReplacing) = (rule, survey.surroundings, args.replace)
        let step = Step(old == nil ? "add" : "change", "rule \(rule.name)", detail: view.sentence)
        var plan = Plan([step]) { session in
            let store = try context.alertStore()
            try store.add(added, surroundings, replacing: isReplacing, at: now)
            return .one(RuleRecord(view: view))
        }
        plan.warnings = survey.warnings(rule)
        return plan
    }

    private static func check(metric: String, isUnknownOK: Bool, _ scene: RuleScene) throws {
        guard metric != JobMetric.name else { return }
        let name = try MetricName(metric)
        guard try scene.series(of: metric).isEmpty else { return }
        let family = try scene.metrics?.family(of: name)
        if let family, family.type == .histogram, family.name == name {
            throw Fault(
                .usage, "'\(metric)' is a histogram, which is several series",
                hint: "name one of them: \(metric)_count or \(metric)_sum")
        }
        guard !isUnknownOK else { return }
        var fault = MetricStore.noMetric(metric, among: try scene.metrics?.names() ?? [])
        let hint = fault.hint ?? "see 'debvisor metric list'"
        fault.hint = hint + (hint.hasSuffix("?") ? " One" : "; one") + " that is still to come needs --unknown-ok"
        throw fault
    }

    /// Findings and forecasts come more seldom than samples.
    private static func noData(_ condition: AlertCondition, _ survey: RuleSurvey) -> Int {
        let least = [.anomaly, .forecast].contains(condition.kind) ? 3600 : 600
        return max(least, 3 * (survey.slowestStep ?? 0))
    }
}
