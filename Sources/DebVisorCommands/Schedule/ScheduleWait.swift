import CommandKit
import DebVisorCore
import Schedules

/// `debvisor schedule wait`
struct ScheduleWait: ReadingCommand {
    static let info = CommandInfo(
        "wait", "Wait until a run is over",
        discussion: """
            The status tells how it ended: 0 completed, 1 failed, lost, cancelled or missed, 6 skipped or blocked, 8 ended \
            because it took too long, or not over when --timeout is.
            """,
        examples: [Example("debvisor schedule wait report", "the newest run of a job", prints: "completed")],
        statuses: .ofAStore + [.notFound, .unavailable], prints: RunRecord.self)

    struct Inputs: InputSet {
        let run = Argument("RUN", .object(ObjectKind.run), help: ScheduleTexts.run)
        let timeout = Option("timeout", .duration(atLeast: 1), help: "Longest wait")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let (_, run) = try context.scheduleStore(withRun: args.run)
        let scheduler = try context.scheduler()
        let end = try await RunWait(scheduler: scheduler, session: session).end(of: run, within: args.timeout)
        return try await scheduler.report(of: end, context, session)
    }
}
