import Alerts
import CommandKit
import DebVisorCore

/// A notifier, and what is in the outbox for it. No secret is in it.
struct NotifierRecord: Record {
    var notifier: Notifier
    var state: NotifierState

    static var fields: [Field<NotifierRecord>] { identity + outbox }

    private static var identity: [Field<NotifierRecord>] {
        [
            .string("name", "Name of the notifier") { $0.notifier.name },
            .choice("kind", "How it tells") { $0.notifier.target.kind },
            .string("target", "Where notices go; of a webhook its host alone, the rest may be a secret") {
                $0.notifier.target.description
            },
            .strings("headers", "Names of the headers of its posts; the values are secrets", column: .none) {
                if case .webhook(_, let headers) = $0.notifier.target { headers.keys.sorted() } else { [] }
            },
            .choice("severity", "It hears of alerts at least so severe") { $0.notifier.leastSeverity },
            .strings("matchers", "It hears of alerts that match all of these", column: .none) {
                $0.notifier.matchers.map(\.description)
            },
            .bool("enabled", "Whether it is told anything") { $0.notifier.isEnabled },
            .seconds("timeout_seconds", "An attempt that takes longer has failed", column: .none) {
                Double($0.notifier.timeoutSeconds)
            },
        ]
    }

    private static var outbox: [Field<NotifierRecord>] {
        [
            .int("waiting", "Notices that are to be sent, now or later") { $0.state.waiting },
            .int("due", "Of these, those whose time has come", column: .none) { $0.state.due },
            .int("retrying", "Of these, those that failed before") { $0.state.retrying },
            .int("given_up", "Notices that were given up", column: "GIVEN UP") { $0.state.givenUp },
            .int("delivered", "Notices that went through", column: .none) { $0.state.delivered },
            .int("withdrawn", "Not sent, as the alert was over or hidden before", column: .none) { $0.state.withdrawn },
            .timestamp("delivered_at", "When one last went through", column: "DELIVERED") {
                $0.state.deliveredAt?.milliseconds
            },
            .timestamp("due_at", "Of the next attempt", column: .none) { $0.state.dueAt?.milliseconds },
            .string("problem", "Why the newest that was tried did not go through") { $0.state.problem },
        ]
    }
}

extension AlertStore {
    /// Notifiers with what is in the outbox for them.
    func records(of notifiers: [Notifier], at now: Timestamp) throws -> [NotifierRecord] {
        let states = try notifierStates(at: now)
        return notifiers.map { NotifierRecord(notifier: $0, state: states[$0.name] ?? NotifierState()) }
    }
}

extension AppContext {
    /// The store with a notifier that must be there, for reading. - Throws: `notFound` with the nearest name as a hint.
    func alertStore(withNotifier name: String) throws -> (AlertStore, Notifier) {
        let store = try existingAlertStore()
        let notifiers = try store?.notifiers() ?? []
        if let store, let found = notifiers.first(where: { $0.name == name }) { return (store, found) }
        throw Fault(
            .notFound, "there is no notifier '\(name)'",
            hint: Suggestion.hint(
                for: name, among: notifiers.map(\.name), otherwise: "see them with: debvisor alert notify list"))
    }
}
