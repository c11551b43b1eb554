import Alerts
import CommandKit

/// `debvisor alert settings show`
struct AlertSettingsShow: ReadingCommand {
    static let info = CommandInfo(
        "show", "Show what holds for all rules and notifiers",
        examples: [Example("debvisor alert settings show", "what is in force", prints: "group_wait_seconds")],
        statuses: .ofAStore, prints: AlertSettings.self)

    func run(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        .one(try context.existingAlertStore()?.settings() ?? AlertSettings())
    }
}
