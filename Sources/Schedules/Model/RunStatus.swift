/// What became of a run.
package enum RunStatus: String, Sendable, Hashable, CaseIterable {
    /// It waits: for its time, for a run of its job, for a free place.
    case pending
    /// Claimed; its command is about to run or runs.
    case running
    case completed
    /// The command could not be started, or ended with another status than 0 or by a signal.
    case failed
    /// It was ended because it ran too long.
    case timeout
    /// Its supervisor died, so nobody knows how it ended.
    case lost
    case cancelled
    /// Another run of the job was running.
    case skipped
    /// It waits for a requirement, or for a conflict to end. A run started by hand does not wait: for it, this is final.
    case blocked
    /// Its time passed before it could begin.
    case missed
    /// Another run stands for it: `JobRun.mergedInto`.
    case merged

    /// Statuses in which a command ran, or was about to, and does not any more.
    package var isOutcome: Bool {
        switch self {
        case .completed, .failed, .timeout, .lost, .cancelled: true
        case .pending, .running, .skipped, .blocked, .missed, .merged: false
        }
    }

    /// What somebody must hear of.
    package var isBad: Bool {
        switch self {
        case .failed, .timeout, .lost, .missed: true
        case .pending, .running, .completed, .cancelled, .skipped, .blocked, .merged: false
        }
    }
}
