/// Everything that the owner of a job decides.
package struct JobDefinition: Sendable, Hashable {
    package var name: JobName
    package var command: JobCommand
    package var expression: CronExpression
    /// A zone of the tz database. Each job is evaluated in its own.
    package var timezone: String
    package var priority: JobPriority = .normal
    /// Nil for no limit.
    package var timeoutSeconds: Int?
    package var retry = RetryPolicy()
    package var requirements: [JobRequirement] = []
    package var conflicts: [JobConflict] = []
    package var misfire: MisfirePolicy = .once
    package var overlap: OverlapPolicy = .skip
    package var promise: RunPromise = .atMostOnce
    /// Up to so much is added to every slot, always the same for a job on a host.
    package var jitterSeconds = 0
    /// A run that could not begin so long after its slot is recorded as missed. Nil: it waits.
    package var startWithinSeconds: Int?
    /// An event is recorded when no run has completed for so long.
    package var alertAfterSeconds: Int?
    package var details: String?
    package var owner: String?
    /// Absolute; `NAME=VALUE` lines added to the environment, read at each start.
    package var environmentFile: String?
    /// Whom the command runs as; nil for whoever runs debvisor. Only root may give another.
    package var user: String?
    /// Absolute; nil for the user's home directory.
    package var workingDirectory: String?
    /// A text for `/bin/sh -c`, run after a run ended badly, with `DEBVISOR_STATUS` and what the run itself saw.
    package var onFailure: String?
    package var isEnabled = true

    package init(name: JobName, command: JobCommand, expression: CronExpression, timezone: String) {
        self.name = name
        self.command = command
        self.expression = expression
        self.timezone = timezone
    }
}
