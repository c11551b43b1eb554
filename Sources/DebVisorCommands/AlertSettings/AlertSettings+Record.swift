package import Alerts
package import CommandKit

extension AlertSettings: Record {
    package static var fields: [Field<AlertSettings>] { telling + keeping }

    private static var telling: [Field<AlertSettings>] {
        [
            .seconds("group_wait_seconds", "A first notice waits so long for others of its host and rule") {
                Double($0.groupWaitSeconds)
            },
            .seconds("remind_info_seconds", "People are reminded of what fires so often; unknown: never") {
                $0.reminder(.info)
            },
            .seconds("remind_warning_seconds", "As above, of warnings") { $0.reminder(.warning) },
            .seconds("remind_critical_seconds", "As above, of what is critical") { $0.reminder(.critical) },
            .seconds("retry_seconds", "Pause after a first attempt that failed, doubled each time") {
                Double($0.retrySeconds)
            },
            .seconds("retry_most_seconds", "The longest such pause") { Double($0.retryMostSeconds) },
            .seconds("give_up_seconds", "A notice is tried for so long") { Double($0.giveUpSeconds) },
        ]
    }

    private static var keeping: [Field<AlertSettings>] {
        [
            .int("flap_changes", "So many changes between firing and resolved are flapping") { $0.flapChanges },
            .seconds("flap_seconds", "If they come within this time") { Double($0.flapSeconds) },
            .seconds("history_age_seconds", "How long history and what is over is kept") {
                Double($0.historyDays) * 86_400
            },
        ]
    }

    private func reminder(_ severity: AlertSeverity) -> Double? { reminderSeconds[severity].map(Double.init) }
}
