package import DebVisorCore

/// Everything that makes jobs run: what `run-due`, `daemon`, `execute`, `cancel` and `retry` do.
///
/// Any number of processes may use the same state at the same time. All calls block; none waits for a command unless it
/// says so.
package struct Scheduler: Sendable {
    package let store: ScheduleStore
    let clock: any WallClock
    let launcher: RunLauncher

    package init(_ store: ScheduleStore, clock: any WallClock, launcher: RunLauncher) {
        self.store = store
        self.clock = clock
        self.launcher = launcher
    }

    var ledger: Ledger { Ledger(store: store) }

    /// Boot id and identity of this process, under which it claims runs.
    func claimer() throws -> String {
        guard let holder = ClaimHolder.current else {
            throw Fault(.unavailable, "cannot see processes in /proc", hint: "mount /proc")
        }
        return holder.description
    }
}

/// What one look for due jobs did.
package struct RunDueReport: Sendable {
    /// Runs whose commands were started now.
    package var started: [JobRun] = []
    /// Runs that ended badly, or did not happen, since this was last acknowledged (see `ScheduleStore.acknowledge`).
    package var troubles: [JobRun] = []
    /// Events that were not acknowledged yet.
    package var events: [ScheduleEvent] = []
    /// When to look again if nothing else happens; nil if nothing is ever due.
    package var nextDeadline: Timestamp?
}
