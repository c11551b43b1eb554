import Alerts
import CommandKit
import DebVisorCore

extension AppContext {
    /// The alerts of these ids or beginnings of ids, each once. - Throws: `notFound`, `usage`.
    func alerts(_ ids: [String]) throws -> [Alert] {
        guard let store = try existingAlertStore() else { throw Self.noAlert(ids.first ?? "") }
        var found: [Alert] = []
        for id in ids {
            let alert = try store.alert(id)
            if !found.contains(where: { $0.id == alert.id }) { found.append(alert) }
        }
        return found
    }

    /// The store with an alert that must be there, for reading. - Throws: `notFound`, `usage`.
    func alertStore(with id: String) throws -> (AlertStore, Alert) {
        guard let store = try existingAlertStore() else { throw Self.noAlert(id) }
        return (store, try store.alert(id))
    }

    private static func noAlert(_ id: String) -> Fault {
        Fault(.notFound, "there is no alert '\(id)'", hint: "see them with: debvisor alert list --all")
    }
}

/// One change of several alerts: what can be done is done, the rest is told.
struct AlertChanges: Sendable {
    private(set) var done: [Alert] = []
    private(set) var failures: [ItemFailure] = []

    mutating func run(_ alert: Alert, _ change: () throws -> Alert) {
        do { done.append(try change()) } catch { failures.append(ItemFailure(alert.id.text, error)) }
    }

    /// - Throws: what went wrong if there is nothing else to say.
    func report(_ report: ([Alert]) -> Report) throws -> Report {
        if done.isEmpty, failures.count == 1, let failure = failures.first { throw failure.error }
        return report(done).failing(failures)
    }
}
