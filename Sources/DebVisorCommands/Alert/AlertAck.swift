import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert ack`
struct AlertAck: ChangingCommand {
    static let info = CommandInfo(
        "ack", aliases: ["acknowledge"], "Say that somebody looks after alerts",
        discussion: """
            There are no reminders of an acknowledged alert, and 'alert list --fail-on' does not count it. The \
            acknowledgement lapses with the episode, at --until, or when the severity rises.
            """,
        examples: [
            Example(
                "debvisor alert ack 3e4 --note 'moving logs away'", "the user at work looks after it",
                prints: "acknowledged"),
            Example(
                "debvisor alert ack 3e4 --by anna --until +2h -o json", "for two hours",
                prints: #""acknowledged_by": "anna""#),
        ],
        statuses: .ofAStore + [.notFound, .partial], prints: Alert.self)

    struct Inputs: InputSet {
        let ids = Arguments("ID", .object(ObjectKind.alert), atLeast: 1, help: AlertTexts.id)
        let by = PersonOption()
        let note = Option("note", .remark, help: "What they do about it")
        let until = Option("until", .time, help: "When it lapses by itself, as +2h or a time")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let (person, note) = (context.person(args.by.by), args.note)
        let until = try args.until.map(context.end)
        let alerts = try context.alerts(args.ids)
        let wanted = alerts.filter { alert in
            alert.acknowledgement.map { $0.by != person || $0.until != until || $0.note != note } ?? true
        }
        let impossible = wanted.filter { [.resolved, .pending].contains($0.status) }
        if let first = impossible.first, impossible.count == wanted.count {
            throw Fault(
                .conflict, "alert \(first.id) is \(first.status)", hint: "only what fires can be acknowledged")
        }
        let end = until.map { " until \($0)" } ?? ""
        let steps = wanted.map { Step("acknowledge", "alert \($0.id)", detail: "by \(person)\(end): \($0.message)") }
        return Plan(steps, idle: .list(alerts)) { _ in
            let (store, now) = (try context.alertStore(), context.clock.now())
            var changes = AlertChanges()
            for alert in wanted {
                changes.run(alert) {
                    try store.acknowledge(alert.id.text, by: person, note: note, until: until, at: now)
                }
            }
            return try changes.report { .list($0) }
        }
    }
}
