package import DebVisorCore

/// A job as the store has it.
package struct ScheduledJob: Sendable, Equatable {
    /// Never used again, even after the job was deleted.
    package var id: Int64
    package var definition: JobDefinition
    /// When the next slot is due, with jitter; nil if disabled, or if it never is.
    package var nextExecution: Timestamp?
    /// When a run last began; nil if none ever did.
    package var lastExecution: Timestamp?
    /// How the job's newest attempt that ended has ended.
    package var lastStatus: RunStatus?
    package var createdAt: Timestamp
    package var changedAt: Timestamp
    /// Requirements and conflicts with the ids of those they name.
    package var dependencies: [JobDependency]

    package var name: JobName { definition.name }
}
