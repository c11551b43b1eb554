import Alerts
import CommandKit
import DebVisorCore
import Platform

extension AlertStore {
    /// The rule of this name. - Throws: `notFound` with the nearest name as a hint.
    func find(rule name: String) throws -> AlertRule {
        do { return try rule(name) } catch let fault as Fault where fault.kind == .notFound {
            throw Self.noRule(name, among: try rules().map(\.name))
        }
    }

    static func noRule(_ name: String, among names: [String]) -> Fault {
        return Fault(
            .notFound, "there is no rule '\(name)'",
            hint: Suggestion.hint(for: name, among: names, otherwise: "see them with: debvisor alert rule list"))
    }
}

extension AppContext {
    /// For a command about a rule that must be there. - Throws: `notFound`.
    func alertStore(withRule name: String) throws -> (AlertStore, AlertRule) {
        guard let store = try existingAlertStore() else { throw AlertStore.noRule(name, among: []) }
        return (store, try store.find(rule: name))
    }
}
