/// What holds for all rules.
package struct AlertSettings: Sendable, Hashable, Codable {
    /// So many changes between firing and resolved within so many seconds are flapping.
    package var flapChanges = 4
    package var flapSeconds = 3600
    /// A first notice waits so long for others of its group.
    package var groupWaitSeconds = 30
    /// Seconds after which somebody is told again of what still fires; a severity that is not here: never.
    package var reminderSeconds: [AlertSeverity: Int] = [.warning: 86_400, .critical: 14_400]
    /// How long a notice is tried.
    package var giveUpSeconds = 86_400
    /// Pauses between attempts: the first, doubled each time up to the second.
    package var retrySeconds = 30
    package var retryMostSeconds = 3600
    /// How long history and resolved alerts are kept.
    package var historyDays = 90

    package init() {}
}
