import Alerts
import CommandKit
import DebVisorCore
import Platform

/// `debvisor alert notify test`
struct NotifyTest: ChangingCommand {
    static let info = CommandInfo(
        "test", "Send a notice that says that nothing is wrong, and tell what came back",
        discussion: "It goes past the outbox, at once and once; in its JSON 'test' is true.",
        examples: [Example("debvisor alert notify test page", "does it arrive?", prints: "took the test")],
        statuses: .ofAStore + [.notFound, .unavailable])

    struct Inputs: InputSet {
        let name = Argument("NAME", .object(ObjectKind.notifier), help: "Name of the notifier")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let (store, notifier) = try context.alertStore(withNotifier: args.name)
        let dispatcher = context.dispatcher(store)
        let target = "\(notifier.target)"
        return Plan([Step("send a test to", "notifier \(notifier.name)", detail: target)]) { session in
            let answer: String?
            do {
                answer = try await session.waiting(for: target) {
                    try await Worker.run { try dispatcher.test(notifier) }
                }
            } catch var fault as Fault {
                // The command line was right: it is the other side that refuses, or a program that is gone.
                if fault.kind == .usage || fault.kind == .notFound { fault.kind = .failed }
                fault.hint = fault.hint ?? "where it goes: debvisor alert notify show \(notifier.name)"
                throw fault
            }
            return .message("\(target) took the test" + (answer.map { ": \($0)" } ?? ""))
        }
    }
}
