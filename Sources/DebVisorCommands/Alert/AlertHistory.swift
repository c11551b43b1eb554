import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert history`
struct AlertHistory: ReadingCommand {
    static let info = CommandInfo(
        "history", "List what became of alerts, the newest first",
        discussion: "Every change, with who made it and why; kept as long as 'alert settings' says.",
        examples: [
            Example("debvisor alert history 3e4", "of one alert", prints: "firing"),
            Example("debvisor alert history --since 24h -o json", "since yesterday, for a program", prints: "reason"),
        ],
        statuses: .ofAStore + [.notFound], prints: AlertEvent.self)

    struct Inputs: InputSet {
        let id = Argument(optional: "ID", .object(ObjectKind.alert), help: AlertTexts.id)
        let since = Option("since", .time, help: "Then or later; 24h is so long ago")
        let limit = Option("limit", .int(in: 1...100_000), default: 100, help: "How many at most")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let alert = try args.id.map { try context.alertStore(with: $0).1.id }
        guard let store = try context.existingAlertStore() else { return .list([AlertEvent]()) }
        let since = try args.since.map(context.instant)
        return .list(try store.history(of: alert, since: since, limit: args.limit))
    }
}
