import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert notify delete`
struct NotifyDelete: ChangingCommand {
    static let info = CommandInfo(
        "delete", aliases: ["rm"], "Tell somebody nothing any more",
        discussion: "The notifier, its secrets, and what it was still to be told are removed.",
        examples: [
            Example("debvisor alert notify delete page --dry-run", "what would be lost", prints: "delete"),
            Example("debvisor alert notify delete page --yes", "without a question", prints: "page"),
        ],
        statuses: .ofAStore + [.notFound], effect: .destroys, prints: NotifierRecord.self)

    struct Inputs: InputSet {
        let names = Arguments("NAME", .object(ObjectKind.notifier), atLeast: 1, help: "Names of notifiers")
        let missingOK = Flag("missing-ok", help: "It is no error if one is not there")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        var doomed: [NotifierRecord] = []
        for name in args.names where !doomed.contains(where: { $0.notifier.name == name }) {
            do {
                let (store, notifier) = try context.alertStore(withNotifier: name)
                doomed += try store.records(of: [notifier], at: context.clock.now())
            } catch let fault as Fault where fault.kind == .notFound && args.missingOK { continue }
        }
        let chosen = doomed
        let steps = chosen.map { record in
            Step(
                "delete", "notifier \(record.notifier.name)",
                detail: "\(record.notifier.target); \(record.state.waiting) notices wait for it")
        }
        return Plan(steps, idle: .list([NotifierRecord]())) { _ in
            let store = try context.alertStore()
            for record in chosen {
                do { try store.deleteNotifier(record.notifier.name) } catch let fault as Fault
                    where fault.kind == .notFound
                {
                    // Somebody else was quicker.
                    continue
                }
            }
            return .list(chosen)
        }
    }
}
