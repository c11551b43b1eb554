import Platform

/// What holds for all jobs of a state directory.
package struct ScheduleSettings: Sendable, Hashable {
    /// How many runs may be under way at once; runs started by hand are counted but never wait for it.
    package var maxRunning: Int
    package var retention = RunRetention()

    package init() { maxRunning = 2 * Worker.processors }
}

/// How much of the history is kept. The newest run of a slot's job and what is not final always stay.
package struct RunRetention: Sendable, Hashable {
    /// Runs of each job; nil for all.
    package var runsPerJob: Int? = 1000
    /// Since their end; nil for ever.
    package var ageSeconds: Int? = 90 * 86_400
    /// Of all spooled output together; the oldest output goes first, its run stays. Nil for no limit.
    package var outputBytes: Int? = 1 << 30

    package init() {}
}
