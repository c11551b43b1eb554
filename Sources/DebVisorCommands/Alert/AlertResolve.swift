import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert resolve`
struct AlertResolve: ChangingCommand {
    static let info = CommandInfo(
        "resolve", "Say that alerts are over",
        discussion: """
            Those who heard of an alert hear that it is over. If its next sample says otherwise it begins anew: a rule that \
            is wrong is changed, an alert that is right but known is acknowledged or silenced.

            --false says that there was nothing, also of an alert that is over. Of an anomaly it lowers the weight of the \
            evidence that spoke, for that series; what that changes is told.
            """,
        examples: [
            Example("debvisor alert resolve 3e4 --note 'the disk was replaced'", "by hand", prints: "resolved"),
            Example("debvisor alert resolve 3e4 --false -o json", "there was nothing", prints: #""false_alarm": true"#),
        ],
        statuses: .ofAStore + [.notFound, .partial], prints: Resolution.self)

    struct Inputs: InputSet {
        let ids = Arguments("ID", .object(ObjectKind.alert), atLeast: 1, help: AlertTexts.id)
        let isFalse = Flag("false", help: "It was a false alarm")
        let by = PersonOption()
        let note = Option("note", .remark, help: "What was done")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let (person, isFalse, note) = (context.person(args.by.by), args.isFalse, args.note)
        let alerts = try context.alerts(args.ids)
        let wanted = alerts.filter { $0.status.isOpen || isFalse && !$0.isFalseAlarm }
        let action = isFalse ? "resolve as false" : "resolve"
        let steps = wanted.map { Step(action, "alert \($0.id)", detail: $0.message) }
        return Plan(steps, idle: .list(alerts.map { Resolution(alert: $0) })) { session in
            let (store, now) = (try context.alertStore(), context.clock.now())
            var changes = AlertChanges()
            var lessons: [String: [String]] = [:]
            for alert in wanted {
                changes.run(alert) {
                    let ended = try store.resolve(alert.id.text, by: person, isFalse: isFalse, note: note, at: now)
                    if isFalse { lessons[alert.id.text] = try context.learn(from: alert, by: person, store) }
                    return ended
                }
            }
            let learned = lessons
            for sentence in changes.done.flatMap({ learned[$0.id.text] ?? [] }) { session.note(sentence) }
            return try changes.report { ended in
                .list(ended.map { Resolution(alert: $0, lessons: learned[$0.id.text] ?? []) })
            }
        }
    }
}

/// An alert that was ended by hand, and what was learned from it.
struct Resolution: Record {
    var alert: Alert
    /// What a false alarm changed, in words.
    var lessons: [String] = []

    static var fields: [Field<Resolution>] {
        Alert.fields.map { $0.of { $0.alert } } + [
            .strings("lessons", "What a false alarm changed, in words", column: .none) { $0.lessons }
        ]
    }
}

extension AppContext {
    /// Lowers the weight of what spoke for a false alarm. - Returns: what that changed, in words.
    fileprivate func learn(from alert: Alert, by person: String, _ store: AlertStore) throws -> [String] {
        let kind = try store.rules().first { $0.name == alert.rule }?.condition.kind
        guard kind == .anomaly else {
            return ["nothing is learned from an alert of '\(alert.rule)', which compares with a level: change the rule"]
        }
        let effect = try falseAlarm(
            series: alert.series.id, from: alert.firstSeenAt, until: max(alert.lastSeenAt, alert.sampleAt), by: person,
            at: clock.now())
        return effect?.sentences ?? ["the detector has no finding of that time any more: no weight was lowered"]
    }
}
