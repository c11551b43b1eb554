import DebVisorCore

extension Scheduler {
    /// What is odd about a job, or about all of them together. - Throws: `notFound`.
    package func lint(_ name: JobName? = nil) throws -> [ScheduleRemark] {
        let jobs = try store.jobs()
        if let name, !jobs.contains(where: { $0.name == name }) {
            throw Fault(.notFound, "there is no job '\(name)'", hint: "see 'debvisor schedule list'")
        }
        let now = clock.now().seconds
        var remarks: [ScheduleRemark] = []
        for job in jobs where name == nil || job.name == name {
            let check = JobLint(job: job, others: jobs, now: now)
            remarks += try check.remarks(usual: try store.usualDuration(of: job.name))
        }
        if name == nil { remarks += Self.pileUps(jobs, now: now, places: try store.settings().maxRunning) }
        return remarks
    }

    /// Minutes of the next day at which many more jobs begin than there are places.
    private static func pileUps(_ jobs: [ScheduledJob], now: Int64, places: Int) -> [ScheduleRemark] {
        var counts: [Int64: Int] = [:]
        for job in jobs where job.definition.isEnabled {
            guard let timing = try? JobTiming(job.definition) else { continue }
            for slot in timing.schedule.slots(after: now) {
                if slot.instant > now + 86_400 { break }
                counts[(slot.instant + timing.jitterSeconds) / 60, default: 0] += 1
            }
        }
        guard let worst = counts.max(by: { ($0.value, -$0.key) < ($1.value, -$1.key) }),
            worst.value > max(9, 4 * places)
        else { return [] }
        let time = Timestamp(milliseconds: worst.key * 60_000)
        return [
            ScheduleRemark(
                job: nil, rule: "pileUp",
                text: "\(worst.value) jobs are due at \(time), and \(places) may run at once: jitter spreads them")
        ]
    }
}

extension ScheduleStore {
    /// Milliseconds that a run of the job usually takes; nil if none has completed.
    func usualDuration(of job: JobName) throws -> Int64? { try statistics(of: job).first?.medianDuration }
}
