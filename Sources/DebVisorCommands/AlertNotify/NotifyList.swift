import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert notify list`
struct NotifyList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List who is told, and whether notices reach them",
        examples: [
            Example("debvisor alert notify list", "each with what waits and what was given up", prints: "RETRYING"),
            Example("debvisor alert notify list -o json", "for a program", prints: #""problem":"#),
        ],
        statuses: .ofAStore, prints: NotifierRecord.self)

    func run(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        guard let store = try context.existingAlertStore() else { return .list([NotifierRecord]()) }
        return .list(try store.records(of: try store.notifiers(), at: context.clock.now()))
    }
}
