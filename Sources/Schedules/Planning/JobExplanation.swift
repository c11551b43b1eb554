package import DebVisorCore

/// Why a job ran at a time, or did not.
package struct JobExplanation: Sendable {
    package var job: JobName
    /// The instant asked about.
    package var at: Timestamp
    /// The slot that it is about: the last one due at that instant; nil if there is none.
    package var slot: CronSlot?
    /// Seconds that jitter adds to every slot of this job on this host.
    package var jitterSeconds: Int
    /// Attempts at that slot, oldest first; then runs started by hand within a minute.
    package var runs: [JobRun]
    /// The whole story, a sentence each, lower case without a full stop.
    package var sentences: [String]
    /// Slots ahead, with what clock changes do to them.
    package var next: [CronSlot]
}
