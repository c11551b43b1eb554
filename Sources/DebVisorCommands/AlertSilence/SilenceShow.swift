import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert silence show`
struct SilenceShow: ReadingCommand {
    static let info = CommandInfo(
        "show", "Show one silence and the alerts that it hides",
        examples: [Example("debvisor alert silence show 1", "with the ids of the alerts", prints: "alert_ids")],
        statuses: .ofAStore + [.notFound], prints: SilenceRecord.self)

    struct Inputs: InputSet {
        let id = Argument("ID", .silence, help: "Number of the silence")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let found = try context.silences([args.id])
        let records = try context.existingAlertStore()?.records(of: found, at: context.clock.now()) ?? []
        return records.first.map { .one($0) } ?? .list(records)
    }
}
