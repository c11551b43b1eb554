import CommandKit
import DebVisorCore
import Schedules

/// `debvisor schedule show`
struct ScheduleShow: ReadingCommand {
    static let info = CommandInfo(
        "show", "Show all about one job",
        examples: [Example("debvisor schedule show nightly", "all about one job", prints: "cron_description")],
        statuses: .ofAStore + [.notFound], prints: ScheduledJob.self)

    struct Inputs: InputSet {
        let job = Argument("JOB", .object(ObjectKind.job), help: "Name of the job")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        .one(try context.scheduleStore(with: args.job).1)
    }
}
