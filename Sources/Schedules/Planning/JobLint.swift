import DebVisorCore

/// One job looked at with suspicion.
struct JobLint {
    let job: ScheduledJob
    let others: [ScheduledJob]
    /// Seconds.
    let now: Int64

    /// - Parameter usual: milliseconds that a run takes.
    func remarks(usual: Int64?) throws -> [ScheduleRemark] {
        let definition = job.definition
        let schedule: CronSchedule
        do {
            schedule = try definition.schedule()
            try definition.check()
        } catch let fault as Fault {
            return [remark("broken", "\(fault)")]
        }
        var remarks = schedule.remarks(from: now).map { remark($0.rule.rawValue, $0.text) }
        do { try definition.checkFiles() } catch let fault as Fault { remarks.append(remark("broken", "\(fault)")) }
        if let interval = schedule.shortestInterval(after: now) { remarks += timing(interval, usual) }
        remarks += dependencies(schedule)
        return remarks
    }

    private func timing(_ interval: Int64, _ usual: Int64?) -> [ScheduleRemark] {
        let definition = job.definition
        var remarks: [ScheduleRemark] = []
        if let usual, usual > interval * 1000 {
            remarks.append(
                remark("runtime", "a run usually takes \(usual / 1000) s, and slots are as near as \(interval) s"))
        }
        if let timeout = definition.timeoutSeconds, timeout > interval, definition.overlap == .skip {
            remarks.append(
                remark(
                    "timeout", "a run may take \(timeout) s, and slots are as near as \(interval) s: they are skipped"))
        }
        if definition.retry.count > 0, definition.retry.delaySeconds >= interval {
            remarks.append(
                remark(
                    "retry", "another attempt comes after \(definition.retry.delaySeconds) s, the next slot before it"))
        }
        if definition.jitterSeconds >= interval {
            remarks.append(
                remark("jitter", "jitter of \(definition.jitterSeconds) s is as long as the way to the next slot"))
        }
        if let alert = definition.alertAfterSeconds, alert <= interval {
            remarks.append(
                remark("alert", "an alert after \(alert) s comes before the next run: slots are \(interval) s apart"))
        }
        return remarks
    }

    private func dependencies(_ schedule: CronSchedule) -> [ScheduleRemark] {
        var remarks: [ScheduleRemark] = []
        for dependency in job.dependencies where !dependency.target.hasPrefix("resource:") {
            guard let other = others.first(where: { $0.name.text == dependency.target }) else {
                if dependency.kind == .require {
                    remarks.append(remark("requirement", "it requires '\(dependency.target)', which does not exist"))
                }
                continue
            }
            if dependency.kind == .require, !other.definition.isEnabled {
                remarks.append(remark("requirement", "it requires '\(other.name)', which is disabled"))
            }
            if dependency.kind == .conflict, let slot = commonSlot(schedule, other) {
                remarks.append(
                    remark("conflict", "it and '\(other.name)' exclude each other, and both are due at \(slot.rfc3339)")
                )
            }
        }
        return remarks
    }

    /// Within a week.
    private func commonSlot(_ schedule: CronSchedule, _ other: ScheduledJob) -> CronSlot? {
        guard let theirs = try? other.definition.schedule() else { return nil }
        return schedule.slots(after: now).lazy.prefix { $0.instant < now + 7 * 86_400 }
            .first { theirs.isDue(at: $0.instant) }
    }

    private func remark(_ rule: String, _ text: String) -> ScheduleRemark {
        ScheduleRemark(job: job.name, rule: rule, text: text)
    }
}
