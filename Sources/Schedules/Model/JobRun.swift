package import DebVisorCore

/// One attempt at one slot of a job, or one start by hand: also an attempt that never happened.
package struct JobRun: Sendable, Equatable {
    package enum Trigger: String, Sendable, CaseIterable { case schedule, manual }

    /// What the model calls `execution_id`.
    package var id: RunID
    package var jobID: Int64
    package var job: JobName
    package var trigger: Trigger
    /// The slot, without jitter; nil for a run started by hand.
    package var scheduledFor: Timestamp?
    /// Times of the job that do not exist, for clocks were put forward, and that the slot stands for.
    package var mergedTimes: [String] = []
    /// Counted from 1.
    package var attempt: Int
    package var status: RunStatus
    /// The slot with its jitter, or the end of the delay before another attempt.
    package var dueAt: Timestamp
    package var createdAt: Timestamp
    package var startedAt: Timestamp?
    /// When the row became final; nil while it may still change.
    package var endedAt: Timestamp?
    package var exitCode: Int32?
    package var signal: Int32?
    /// Why, in words; for what did not happen, always there.
    package var reason: String?
    package var mergedInto: RunID?
    /// What a blocked run waits for: a job or `resource:NAME`.
    package var blockedBy: String?
    package var blockedSince: Timestamp?
    /// When another attempt of the same slot is due, if one follows.
    package var nextAttemptAt: Timestamp?
    /// Boot id, process id, start: of the command.
    package var process: RunProcess?
    /// What was done to end it: `TERM`, `KILL`.
    package var escalation: [String]
    /// Bytes written by the command, kept or not.
    package var outputBytes: Int64
    package var errorBytes: Int64
    /// Of both streams.
    package var droppedBytes: Int64

    package var isFinal: Bool { endedAt != nil }
    /// Milliseconds from start to end.
    package var duration: Int64? {
        guard let startedAt, let endedAt else { return nil }
        return endedAt.milliseconds - startedAt.milliseconds
    }
    /// Milliseconds from `dueAt` to the start.
    package var lag: Int64? { startedAt.map { $0.milliseconds - dueAt.milliseconds } }
}
