import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert notify show`
struct NotifyShow: ReadingCommand {
    static let info = CommandInfo(
        "show", "Show one notifier, without its secrets",
        examples: [Example("debvisor alert notify show page", "all about it", prints: "timeout_seconds")],
        statuses: .ofAStore + [.notFound], prints: NotifierRecord.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .object(ObjectKind.notifier), help: "Name of the notifier")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let (store, notifier) = try context.alertStore(withNotifier: args.name)
        let records = try store.records(of: [notifier], at: context.clock.now())
        return records.first.map { .one($0) } ?? .list(records)
    }
}
