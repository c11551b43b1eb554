import DebVisorCore

/// The sentences of an explanation.
struct ExplanationStory {
    let job: ScheduledJob
    let timing: JobTiming
    /// When somebody last looked for due jobs.
    let lastTick: Timestamp?

    func sentences(_ slot: CronSlot?, _ runs: [JobRun], _ at: Timestamp) -> [String] {
        let expression = job.definition.expression
        let rule = "'\(job.name)' is due \(CronExplanation(expression)), by the clocks of \(job.definition.timezone)"
        var sentences = ["\(rule) ('\(expression)')"]
        if timing.jitterSeconds > 0 {
            sentences.append("on this host jitter adds \(timing.jitterSeconds) s to every slot of it")
        }
        guard let slot else { return sentences + ["it was never due up to \(at)"] }
        sentences.append("the last slot up to then is \(slot.rfc3339)" + note(slot))
        if runs.isEmpty { sentences.append(absence(slot)) }
        for run in runs { sentences.append(sentence(run)) }
        if !job.definition.isEnabled { sentences.append("it is disabled now") }
        return sentences
    }

    private func note(_ slot: CronSlot) -> String {
        switch slot.note {
        case .none: ""
        case .gapShift(let wanted, _):
            slot.merged.count > 1
                ? ": \(slot.merged.count) times from \(wanted) on do not exist, clocks are put forward, so it is due once "
                    + "for all of them at the first minute after"
                : ": \(wanted) does not exist, clocks are put forward, so it is due at the first minute after"
        case .overlapFirst: ": this time comes twice, clocks are put back, and it is due the first time"
        case .overlapSecondPass: ": this time comes for the second time, clocks were put back"
        }
    }

    /// Why a slot has no row.
    private func absence(_ slot: CronSlot) -> String {
        let due = (slot.instant + timing.jitterSeconds) * 1000
        if due < job.createdAt.milliseconds { return "the job was added at \(job.createdAt), after that slot" }
        if !job.definition.isEnabled { return "nothing is recorded for it: the job is disabled" }
        guard let lastTick else { return "nothing is recorded for it: nobody has ever looked for due jobs" }
        if lastTick.milliseconds < due {
            return "nothing is recorded for it: nobody has looked for due jobs since \(lastTick)"
        }
        if due < job.changedAt.milliseconds {
            return "nothing is recorded for it: the job was changed or enabled at \(job.changedAt), after that slot"
        }
        return "nothing is recorded for it: its row is older than the retention, or clocks were set back"
    }

    private func sentence(_ run: JobRun) -> String {
        let what =
            run.scheduledFor == nil ? "run \(run.id), started by hand," : "run \(run.id), attempt \(run.attempt),"
        var text: String
        switch run.status {
        case .pending: text = "\(what) waits since \(run.createdAt)"
        case .running: text = "\(what) runs since \(run.startedAt ?? run.createdAt)"
        case .blocked:
            let by = run.blockedBy.map { " by '\($0)'" } ?? ""
            text = "\(what) \(run.isFinal ? "was" : "is") blocked\(by) since \(run.blockedSince ?? run.createdAt)"
        case .merged: text = "\(what) was merged into run \(run.mergedInto.map(\.description) ?? "?")"
        case .missed, .skipped: text = "\(what) was \(run.status.rawValue)"
        case .completed, .failed, .timeout, .lost, .cancelled:
            let began = run.startedAt.map { "began at \($0) and " } ?? ""
            text = "\(what) \(began)ended as \(run.status.rawValue) at \(run.endedAt ?? run.createdAt)"
        }
        if let reason = run.reason { text += ": \(reason)" }
        if let next = run.nextAttemptAt { text += "; another attempt was set for \(next)" }
        return text
    }
}
