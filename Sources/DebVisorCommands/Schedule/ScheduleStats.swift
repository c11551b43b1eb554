import CommandKit
import DebVisorCore
import Schedules

/// `debvisor schedule stats`
struct ScheduleStats: ReadingCommand {
    static let info = CommandInfo(
        "stats", "Show how often jobs went well, how long they took and how late they began",
        examples: [
            Example("debvisor schedule stats report", "of one job", prints: "success_rate"),
            Example("debvisor schedule stats --since 7d", "of all that ran this week", prints: "report"),
        ],
        statuses: .ofAStore + [.notFound], prints: JobStatistics.self)

    struct Inputs: InputSet {
        let job = Argument(optional: "JOB", .object(ObjectKind.job), help: "Only this job")
        let since = Option("since", .time, help: "Only runs recorded then or later; 7d is so long ago")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let zone = try ScheduleZones().rules(of: context.hostTimeZone)
        let since = args.since?.timestamp(now: context.clock.now(), in: zone)
        if let name = args.job {
            let (store, job) = try context.scheduleStore(with: name)
            guard let found = try store.statistics(of: job.name, since: since).first else {
                throw try store.noJob(name)
            }
            return .one(found)
        }
        return .list(try context.existingScheduleStore()?.statistics(since: since) ?? [])
    }
}
