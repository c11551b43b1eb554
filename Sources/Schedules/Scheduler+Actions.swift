import DebVisorCore
import Glibc
import Platform

extension Scheduler {
    /// Takes in what ended, claims what is due and starts it; waits for no run.
    ///
    /// A supervisor that cannot be started leaves its run for the next look, and is an event.
    package func runDue() throws -> RunDueReport {
        var report = RunDueReport()
        try tidyUp()
        var outlook = try ledger.outlook(at: clock.now())
        if outlook.hasRunning, try recover() > 0 { outlook = try ledger.outlook(at: clock.now()) }
        if outlook.isDue {
            let decision = try ledger.look(at: clock.now(), claimer: claimer())
            decision.ending.forEach { askToEnd($0) }
            report.started = try start(decision.claims)
            try store.retainHourly(at: clock.now())
            outlook = try ledger.outlook(at: clock.now())
        }
        report.nextDeadline = outlook.next
        (report.troubles, report.events) = try store.untold()
        return report
    }

    /// Starts a job by hand, also a disabled one.
    ///
    /// - Returns: the run: `running`; `blocked` or `skipped` for good, with the reason; `pending` if it replaces one that
    ///   has to end first.
    /// - Throws: `notFound`; `unavailable` if no supervisor could be started.
    package func execute(_ job: JobName) throws -> JobRun {
        _ = try recover()
        return try begin(try ledger.start(job, at: clock.now(), claimer: claimer()))
    }

    /// Starts another attempt of a run that ended, now. - Throws: `notFound`, `conflict` if it has not ended.
    package func retry(_ run: RunID) throws -> JobRun {
        _ = try recover()
        return try begin(try ledger.retry(run.number, at: clock.now(), claimer: claimer()))
    }

    private func begin(_ manual: Ledger.ManualStart) throws -> JobRun {
        manual.ending.forEach { askToEnd($0) }
        guard let claim = manual.claim else { return manual.run }
        return try start([claim]).first ?? store.run(manual.run.id) ?? manual.run
    }

    /// Asks a run to end (TERM, after ten seconds KILL, all of its processes), or drops one that waits.
    ///
    /// Does not wait for the end; `wait` does. - Throws: `notFound`, `conflict` if it has ended.
    package func cancel(_ run: RunID) throws -> JobRun {
        let cancelled = try ledger.cancel(run.number, "somebody cancelled it", at: clock.now())
        if cancelled.status == .running { askToEnd(run.number) }
        return cancelled
    }

    /// All runs of a job that wait or run, as `cancel(_:)`. - Throws: `notFound` if there is no such job.
    package func cancel(_ job: JobName) throws -> [JobRun] {
        let runs = try store.current(of: job)
        if runs.isEmpty, try store.job(job) == nil {
            throw Fault(.notFound, "there is no job '\(job)'", hint: "see 'debvisor schedule list'")
        }
        return try runs.compactMap { run in
            do { return try cancel(run.id) } catch let fault as Fault where fault.kind == .conflict { return nil }
        }
    }

    /// Waits until a run is final. It wakes when the store changes, and each second to see whether a supervisor died.
    /// Nil if the run is not final after `limit`.
    package func wait(for run: RunID, within limit: Duration? = nil) throws -> JobRun? {
        let end = limit.map { ContinuousClock.now + $0 }
        let watch = StoreWatch(store)
        while true {
            watch?.forget()
            try store.awaitWriters()
            guard let found = try store.run(run) else { throw ScheduleStore.noRun("\(run)") }
            if found.isFinal { return found }
            if let end, ContinuousClock.now >= end { return nil }
            if found.status == .running { _ = try recover(run.number) } else { _ = try runDue() }
            let second = ContinuousClock.now + .seconds(1)
            StoreWatch.wait(watch, until: end.map { min($0, second) } ?? second)
        }
    }
}
