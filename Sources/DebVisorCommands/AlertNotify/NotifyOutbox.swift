import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert notify outbox`
struct NotifyOutbox: ReadingCommand {
    static let info = CommandInfo(
        "outbox", "List notices and what became of them, the newest first",
        examples: [
            Example("debvisor alert notify outbox", "all", prints: "NOTIFIER"),
            Example(
                "debvisor alert notify outbox page --state waiting -o json", "what one is still to be told",
                prints: #""due_at":"#),
        ],
        statuses: .ofAStore + [.notFound], prints: OutboxRecord.self)

    struct Inputs: InputSet {
        let name = Argument(optional: "NAME", .object(ObjectKind.notifier), help: "Only to this notifier")
        let state = Options("state", .choice(AlertNotice.State.self), help: "Only in this state")
        let limit = Option("limit", .int(in: 1...100_000), default: 100, help: "How many at most")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        if let name = args.name { _ = try context.alertStore(withNotifier: name) }
        guard let store = try context.existingAlertStore() else { return .list([OutboxRecord]()) }
        return .list(
            try store.outbox(states: Set(args.state), notifier: args.name, limit: args.limit)
                .map { OutboxRecord(entry: $0) })
    }
}

/// A notice and the alert that it is of.
struct OutboxRecord: Record {
    var entry: OutboxNotice

    static var fields: [Field<OutboxRecord>] {
        AlertNotice.fields.map { $0.of { $0.entry.notice } } + [
            .string("alert_id", "The alert", column: "ALERT") { $0.entry.alert.text },
            .string("rule", "Its rule") { $0.entry.rule },
            .string("series", "Its series", column: .none) { $0.entry.series },
            .choice("severity", "How bad it is now", column: .none) { $0.entry.severity },
        ]
    }
}
