package import DebVisorCore
import GRDB
import Storage

extension Scheduler {
    /// Why a job ran at an instant or did not; now, if none is given. - Throws: `notFound`.
    package func explain(_ job: JobName, at instant: Timestamp? = nil, next count: Int = 5) throws -> JobExplanation {
        guard let found = try store.job(job) else {
            throw Fault(.notFound, "there is no job '\(job)'", hint: "see 'debvisor schedule list'")
        }
        let at = instant ?? clock.now()
        let timing = try JobTiming(found.definition)
        let slot = timing.schedule.last(through: at.seconds - timing.jitterSeconds)
        let (runs, lastTick) = try store.runs(of: found.id, slot: slot.map { $0.instant * 1000 }, near: at)
        let next = Array(timing.schedule.slots(after: at.seconds - timing.jitterSeconds).prefix(max(0, count)))
        let story = ExplanationStory(job: found, timing: timing, lastTick: lastTick)
        return JobExplanation(
            job: job, at: at, slot: slot, jitterSeconds: Int(timing.jitterSeconds), runs: runs,
            sentences: story.sentences(slot, runs, at), next: next)
    }
}

extension ScheduleStore {
    /// Attempts at a slot, then starts by hand within a minute; and when somebody last looked.
    func runs(of job: Int64, slot: Int64?, near at: Timestamp) throws -> ([JobRun], Timestamp?) {
        try store.read { database in
            let attempts = try Row.fetchAll(
                database,
                sql: RunRow.selection + """
                    WHERE runs.slot_id = (SELECT id FROM slots WHERE job_id = ? AND scheduled_for = ?) ORDER BY runs.attempt
                    """, arguments: [job, slot])
            let manual = try Row.fetchAll(
                database,
                sql: RunRow.selection + """
                    WHERE runs.job_id = ? AND runs.slot_id IS NULL AND runs.created_at BETWEEN ? AND ? ORDER BY runs.id
                    """, arguments: [job, at.milliseconds - 60_000, at.milliseconds + 60_000])
            let tick = try LastTick.read(database).map { Timestamp(milliseconds: $0.wall) }
            return (try (attempts + manual).map(RunRow.run), tick)
        }
    }
}
