import CommandKit
import DebVisorCore
import Schedules

/// `debvisor schedule list`
struct ScheduleList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List the jobs",
        examples: [
            Example("debvisor schedule list", "every job with its next and last run", prints: "nightly"),
            Example(
                "debvisor schedule list -o tsv --fields name,next_execution", "what is due when, for scripts",
                prints: "name\tnext_execution"),
        ],
        statuses: .ofAStore, prints: ScheduledJob.self)

    func run(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        .list(try context.existingScheduleStore()?.jobs() ?? [])
    }
}
