import CommandKit
import DebVisorCore
import Schedules

/// A run, or why there was none.
struct RunRecord: Record {
    var run: JobRun
    /// With the offset of the job's zone.
    var scheduledFor: String?
    /// What was kept of it; nil if nothing was, or nobody asked.
    var output: String?
    var errorOutput: String?

    static var fields: [Field<RunRecord>] { identity + times + outcome + outputs }

    private static var identity: [Field<RunRecord>] {
        [
            .string("execution_id", "Id of the run", column: "RUN") { $0.run.id.description },
            .string("job_id", "Number of its job", column: .none) { "\($0.run.jobID)" },
            .string("name", "Name of its job", column: "JOB") { $0.run.job.text },
            .choice("trigger", "Whether it was due or started by hand", column: .none) { $0.run.trigger },
            .string("scheduled_for", "The time it was due at, by its zone's clock; unknown for one started by hand") {
                $0.scheduledFor
            },
            .strings(
                "merged_times", "Local times that do not exist, clocks were put forward, and that it stands for",
                column: .none
            ) { $0.run.mergedTimes },
            .int("attempt", "Which attempt at that time, from 1") { $0.run.attempt },
            .choice("status", "What became of it") { $0.run.status },
        ]
    }

    private static var times: [Field<RunRecord>] {
        [
            .timestamp("due_at", "That time with jitter, or the end of a delay before another attempt", column: .none) {
                $0.run.dueAt.milliseconds
            },
            .timestamp("start_time", "When it began", column: "STARTED") { $0.run.startedAt?.milliseconds },
            .timestamp("end_time", "When it was over", column: .none) { $0.run.endedAt?.milliseconds },
            .seconds("duration_seconds", "How long it ran") { $0.run.duration.map(seconds) },
            .seconds("lag_seconds", "How long it waited after it was due", column: .none) { $0.run.lag.map(seconds) },
            .timestamp("created_at", "When it was recorded", column: .none) { $0.run.createdAt.milliseconds },
        ]
    }

    private static var outcome: [Field<RunRecord>] {
        [
            .int("exit_code", "How its command ended", column: "EXIT") { $0.run.exitCode },
            .int("signal", "The signal that ended its command", column: .none) { $0.run.signal },
            .string("reason", "Why, in words") { $0.run.reason },
            .string("merged_into", "The run that stands for it", column: .none) { $0.run.mergedInto?.description },
            .string("blocked_by", "The job or resource:NAME that it waits for", column: .none) { $0.run.blockedBy },
            .timestamp("blocked_since", "Since when", column: .none) { $0.run.blockedSince?.milliseconds },
            .timestamp("next_attempt_at", "When another attempt is due", column: .none) {
                $0.run.nextAttemptAt?.milliseconds
            },
            .strings("escalation", "What was done to end it: TERM, KILL", column: .none) { $0.run.escalation },
        ]
    }

    private static var outputs: [Field<RunRecord>] {
        [
            .string("output", "What it wrote to stdout, as far as it was kept", column: .none) { $0.output },
            .string("error_output", "What it wrote to stderr, as far as it was kept", column: .none) {
                $0.errorOutput
            },
            .bytes("output_bytes", "Bytes written to stdout", column: .none) { $0.run.outputBytes },
            .bytes("error_bytes", "Bytes written to stderr", column: .none) { $0.run.errorBytes },
            .bytes("dropped_bytes", "Of these, not kept", column: .none) { $0.run.droppedBytes },
        ]
    }

    private static func seconds(_ milliseconds: Int64) -> Double { Double(milliseconds) / 1000 }
}

extension ScheduleStore {
    /// Runs as they are printed; their output is read only if the session shows it.
    func records(of runs: [JobRun], _ session: Session) throws -> [RunRecord] {
        let names = try timezones(of: Set(runs.map(\.jobID)))
        let zones = ScheduleZones()
        return try runs.map { run in
            var record = RunRecord(
                run: run, scheduledFor: run.scheduledFor.map { zones.text($0, in: names[run.jobID]) })
            let mayHaveMore = !run.isFinal && run.startedAt != nil
            if session.shows("output"), mayHaveMore || run.outputBytes > 0 {
                record.output = try output(of: run.id, .output).text
            }
            if session.shows("error_output"), mayHaveMore || run.errorBytes > 0 {
                record.errorOutput = try output(of: run.id, .errors).text
            }
            return record
        }
    }

    func record(of run: JobRun, _ session: Session) throws -> RunRecord { try records(of: [run], session)[0] }
}
