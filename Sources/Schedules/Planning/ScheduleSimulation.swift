import DebVisorCore

/// The ledger's rules of admission, on a clock that jumps from event to event.
struct ScheduleSimulation {
    private struct Waiting {
        var job: Int
        var slot: Int64
        var due: Int64
        var rank: Int64
        var reason: String?
    }

    private let places: Int
    private var jobs: [JobDefinition] = []
    private var durations: [Int64] = []
    /// By due time, then by job; milliseconds.
    private var coming: [Waiting] = []
    private var waiting: [Waiting] = []
    private var running: [(job: Int, end: Int64)] = []
    private var lastEnd: [String: Int64] = [:]
    private var result: [SimulatedRun] = []

    init(places: Int) { self.places = places }

    mutating func add(_ job: JobDefinition, _ slots: [Int64], jitter: Int64, duration: Int64) {
        jobs.append(job)
        durations.append(max(1, duration))
        coming += slots.map { slot in
            let due = (slot + jitter) * 1000
            return Waiting(job: jobs.count - 1, slot: slot, due: due, rank: LedgerPass.rank(dueAt: due, job.priority))
        }
    }

    /// In the order of their slots.
    mutating func run() -> [SimulatedRun] {
        coming.sort { ($0.due, $0.job) < ($1.due, $1.job) }
        var next = 0
        while next < coming.count || !waiting.isEmpty {
            let ends = running.map(\.end).min()
            let due = next < coming.count ? coming[next].due : nil
            guard let now = [ends, due].compactMap(\.self).min() else { break }
            for done in running where done.end <= now { lastEnd[jobs[done.job].name.text] = done.end }
            running.removeAll { $0.end <= now }
            while next < coming.count, coming[next].due <= now {
                enter(coming[next])
                next += 1
            }
            admit(now)
            if next >= coming.count, running.isEmpty { break }
        }
        for left in waiting { record(left, .blocked, left.reason ?? "it waits until the end of the time looked at") }
        return result.sorted { ($0.scheduledFor, $0.job) < ($1.scheduledFor, $1.job) }
    }

    private mutating func enter(_ run: Waiting) {
        if waiting.contains(where: { $0.job == run.job }) {
            record(run, .merged, "an earlier slot still waits and stands for it")
        } else {
            waiting.append(run)
        }
    }

    private mutating func admit(_ now: Int64) {
        waiting.sort { ($0.rank, $0.slot) < ($1.rank, $1.slot) }
        var left: [Waiting] = []
        for var run in waiting {
            let job = jobs[run.job]
            if let limit = job.startWithinSeconds, now - run.due > Int64(limit) * 1000 {
                record(run, .missed, run.reason ?? "it could not begin in time")
            } else if running.contains(where: { $0.job == run.job }), job.overlap == .skip {
                record(run, .skipped, "the run before is still running")
            } else if let reason = obstacle(run, now) {
                run.reason = reason
                left.append(run)
            } else {
                let end = now + durations[run.job]
                if job.overlap == .replace { running.removeAll { $0.job == run.job } }
                running.append((run.job, end))
                record(run, .completed, run.reason.map { "later: \($0)" }, start: now, end: end)
            }
        }
        waiting = left
    }

    private func obstacle(_ run: Waiting, _ now: Int64) -> String? {
        let job = jobs[run.job]
        if running.count >= places { return "\(places) runs are under way" }
        if job.overlap == .queue, running.contains(where: { $0.job == run.job }) { return "the run before is running" }
        for requirement in job.requirements {
            let name = requirement.job.text
            let isUnderWay =
                running.contains { jobs[$0.job].name == requirement.job }
                || waiting.contains { jobs[$0.job].name == requirement.job && $0.due <= run.due }
            if isUnderWay { return "'\(name)' has not ended" }
            if let within = requirement.withinSeconds, let end = lastEnd[name], now - end > Int64(within) * 1000 {
                return "'\(name)' ended more than \(within) s ago"
            }
        }
        for other in running where other.job != run.job && excludes(job, jobs[other.job]) {
            return "'\(jobs[other.job].name)' is running"
        }
        return nil
    }

    private func excludes(_ a: JobDefinition, _ b: JobDefinition) -> Bool {
        if a.conflicts.contains(.job(b.name)) || b.conflicts.contains(.job(a.name)) { return true }
        return a.conflicts.contains { if case .resource = $0 { b.conflicts.contains($0) } else { false } }
    }

    private mutating func record(
        _ run: Waiting, _ status: RunStatus, _ reason: String?, start: Int64? = nil, end: Int64? = nil
    ) {
        result.append(
            SimulatedRun(
                job: jobs[run.job].name, scheduledFor: Timestamp(milliseconds: run.slot * 1000),
                start: start.map(Timestamp.init(milliseconds:)), end: end.map(Timestamp.init(milliseconds:)),
                status: status, reason: reason))
    }
}
