import Alerts
import CommandKit
import DebVisorCore
import Platform

/// `debvisor alert notify test`
struct NotifyTest: ChangingCommand {
    static let info = CommandInfo(
        "test", "Send a notice that says that nothing is wrong, and tell what came back",
        discussion: "It goes past the outbox, at once and once; in its JSON 'test' is true.",
        examples: [Example("debvisor alert notify test page", "does it arrive?", prints: "paged")],
        statuses: .ofAStore + [.notFound, .unavailable], prints: NotifierAnswer.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .object(ObjectKind.notifier), help: "Name of the notifier")
        let timeout = Option("timeout", .duration(atLeast: 1), help: "Longest attempt; else that of the notifier")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let (store, known) = try context.alertStore(withNotifier: args.name)
        var tried = known
        tried.timeoutSeconds = args.timeout ?? known.timeoutSeconds
        let notifier = tried
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
            return .one(NotifierAnswer(notifier: notifier, answer: answer))
        }
    }
}

/// What came back of a test that arrived.
struct NotifierAnswer: Record {
    var notifier: Notifier
    /// nil: nothing was said.
    var answer: String?

    static var fields: [Field<NotifierAnswer>] {
        [
            .string("name", "Name of the notifier") { $0.notifier.name },
            .choice("kind", "How it tells") { $0.notifier.target.kind },
            .string("target", "Where it went, without what may be a secret") { $0.notifier.target.description },
            .string("answer", "What came back: of a webhook its status, of a command its first line") { $0.answer },
        ]
    }
}
