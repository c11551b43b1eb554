import Alerts
import CommandKit

extension Report {
    /// Ends with status 9 if something so severe calls for somebody: what `--fail-on` means, in every command.
    /// - Parameter first: the most urgent one, where it is known.
    func attention(
        _ calling: [AlertSeverity: Int], atLeast severity: AlertSeverity?, first: Alert? = nil
    ) -> Report {
        guard let severity, case let count = calling.atLeast(severity), count > 0 else { return self }
        return attention(
            "\(count) of at least '\(severity)' \(count == 1 ? "calls" : "call") for somebody",
            hint: first.map { "see why with: debvisor alert show \($0.id)" } ?? "see them with: debvisor alert list")
    }
}
