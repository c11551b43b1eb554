import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert silence list`
struct SilenceList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List silences, the newest first, with what each hides now",
        examples: [
            Example("debvisor alert silence list", "those in force", prints: "HIDES"),
            Example("debvisor alert silence list --all -o json", "those that ended too", prints: #""state": "active""#),
        ],
        statuses: .ofAStore, prints: SilenceRecord.self)

    struct Inputs: InputSet {
        let all = Flag("all", short: "a", help: "Those that ended, too")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        guard let store = try context.existingAlertStore() else { return .list([SilenceRecord]()) }
        let now = context.clock.now()
        return .list(try store.records(of: try store.silences(activeAt: args.all ? nil : now), at: now))
    }
}
