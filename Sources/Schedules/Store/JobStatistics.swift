/// How the runs of a job went.
package struct JobStatistics: Sendable, Hashable {
    /// Nil for all jobs together.
    package var job: JobName?
    package var counts: [RunStatus: Int]
    /// Completed among completed, failed, timed-out and lost; nil if there are none.
    package var successRate: Double?
    /// Milliseconds; of completed runs. Nil if there are none.
    package var medianDuration: Int64?
    package var p95Duration: Int64?
    /// Milliseconds from due to started; of runs by schedule.
    package var medianLag: Int64?
    package var p95Lag: Int64?
}
