import CommandKit
import DebVisorCore
import Schedules

/// `debvisor schedule history`
struct ScheduleHistory: ReadingCommand {
    static let info = CommandInfo(
        "history", "List runs, and what did not run, newest first",
        examples: [
            Example("debvisor schedule history report", "the runs of one job", prints: "completed"),
            Example(
                "debvisor schedule history --since 24h --status failed --status lost -o json",
                "what went wrong since yesterday", prints: "["),
        ],
        statuses: .ofAStore + [.notFound], prints: RunRecord.self)

    struct Inputs: InputSet {
        let job = Argument(optional: "JOB", .object(ObjectKind.job), help: "Only runs of this job")
        let since = Option("since", .time, help: "Recorded then or later; 24h is so long ago")
        let until = Option("until", .time, help: "Recorded then or earlier")
        let status = Options("status", .choice(RunStatus.self), help: "Only runs of this status")
        let before = Option("before", .object(ObjectKind.run), help: "Older than this run, to go on from there")
        let limit = Option("limit", .int(in: 1...100_000), default: 100, help: "How many at most")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        guard let store = try context.existingScheduleStore() else {
            if let job = args.job { _ = try context.scheduleStore(with: job) }
            return .list([RunRecord]())
        }
        var query = RunQuery()
        if let job = args.job {
            guard let name = try? JobName(job) else { throw try store.noJob(job) }
            query.job = name
        }
        let zone = try ScheduleZones().rules(of: context.hostTimeZone)
        let now = context.clock.now()
        query.since = args.since?.timestamp(now: now, in: zone)
        query.until = args.until?.timestamp(now: now, in: zone)
        query.statuses = Set(args.status)
        query.before = try args.before.map { try store.findRun($0).id.number }
        query.limit = args.limit
        do { return .list(try store.records(of: try store.history(query), session)) } catch let fault as Fault
            where fault.kind == .notFound
        {
            throw try args.job.map { try store.noJob($0) } ?? fault
        }
    }
}
