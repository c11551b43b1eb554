import CommandKit
import DebVisorCore
import Schedules

/// `debvisor schedule retention show`
struct RetentionShow: ReadingCommand {
    static let info = CommandInfo(
        "show", "Show how much of the history is kept",
        examples: [Example("debvisor schedule retention show", "the limits in force", prints: "runs_per_job")],
        statuses: .ofAStore, prints: RetentionRecord.self)

    func run(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let settings = try context.existingScheduleStore()?.settings() ?? ScheduleSettings()
        return .one(RetentionRecord(retention: settings.retention))
    }
}

/// How much of the history is kept.
struct RetentionRecord: Record {
    var retention: RunRetention

    static var fields: [Field<RetentionRecord>] {
        [
            .int("runs_per_job", "Runs of each job; unknown for all") { $0.retention.runsPerJob },
            .seconds("age_seconds", "Since their end; unknown for ever") { $0.retention.ageSeconds.map(Double.init) },
            .bytes("output_bytes", "Of all output together; unknown without a limit") { $0.retention.outputBytes },
        ]
    }
}
