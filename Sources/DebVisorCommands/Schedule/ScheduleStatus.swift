import CommandKit
import DebVisorCore
import Schedules

/// `debvisor schedule status`
struct ScheduleStatus: ReadingCommand {
    static let info = CommandInfo(
        "status", "Show what jobs do now",
        examples: [
            Example("debvisor schedule status", "every job: what runs, what waits and for what", prints: "STATE"),
            Example("debvisor schedule status nightly -o json", "one job, for jq", prints: #""state": "idle""#),
        ],
        statuses: .ofAStore + [.notFound], prints: JobStateRecord.self)

    struct Inputs: InputSet {
        let job = Argument(optional: "JOB", .object(ObjectKind.job), help: "Only this job")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        if let name = args.job {
            let (store, job) = try context.scheduleStore(with: name)
            let runs = try store.records(of: try store.current(of: job.name), session)
            return .one(JobStateRecord(job: job, runs: runs))
        }
        guard let store = try context.existingScheduleStore() else { return .list([JobStateRecord]()) }
        let runs = Dictionary(grouping: try store.records(of: try store.current(), session), by: \.run.jobID)
        return .list(try store.jobs().map { JobStateRecord(job: $0, runs: runs[$0.id] ?? []) })
    }
}

/// What a job does now.
struct JobStateRecord: Record {
    var job: ScheduledJob
    /// Those that wait or run, oldest first.
    var runs: [RunRecord]

    enum State: String, CaseIterable { case idle, pending, blocked, running, disabled }

    private var state: State {
        let statuses = runs.map(\.run.status)
        if statuses.contains(.running) { return .running }
        if statuses.contains(.blocked) { return .blocked }
        if !statuses.isEmpty { return .pending }
        return job.definition.isEnabled ? .idle : .disabled
    }

    /// The run that the state is about.
    private var current: JobRun? {
        let runs = runs.map(\.run)
        return runs.first { $0.status.rawValue == state.rawValue } ?? runs.first
    }

    static var fields: [Field<JobStateRecord>] {
        [
            .string("name", "Name of the job") { $0.job.name.text },
            .choice("state", "What it does") { $0.state },
            .string("execution_id", "The run that does it", column: "RUN") { $0.current?.id.description },
            .timestamp("start_time", "When that began", column: "STARTED") { $0.current?.startedAt?.milliseconds },
            .string("blocked_by", "The job or resource:NAME that it waits for") { $0.current?.blockedBy },
            .timestamp("blocked_since", "Since when", column: .none) { $0.current?.blockedSince?.milliseconds },
            .string("reason", "Why it waits", column: .none) { $0.current?.reason },
            .choice("last_status", "How its newest run that ended has ended", column: "LAST STATUS") {
                $0.job.lastStatus
            },
            .timestamp("last_execution", "When a run last began", column: "LAST") {
                $0.job.lastExecution?.milliseconds
            },
            .timestamp("next_execution", "When it is due next", column: "NEXT") { $0.job.nextExecution?.milliseconds },
            .records("runs", "All that wait or run, oldest first") { $0.runs },
        ]
    }
}
