import CommandKit
import DebVisorCore
import Platform
import Schedules

/// `debvisor schedule run-due`
struct ScheduleRunDue: ChangingCommand {
    static let info = CommandInfo(
        "run-due", "Start every job that is due, and report what went wrong",
        discussion: """
            What cron or a systemd timer calls each minute; see Examples/systemd. It does not wait for what it starts. \
            Every run that ended badly or did not happen since the last call, and every job that is overdue, is told once \
            on stderr, with status 3. With -q it is silent when all is well, so that cron mails only trouble.
            """,
        examples: [
            Example("debvisor schedule run-due", "start what is due", prints: "RUN"),
            Example("debvisor schedule run-due --dry-run", "see what would be", prints: "start"),
        ],
        statuses: .ofAStore + [.partial, .unavailable], prints: RunRecord.self)

    struct Inputs: InputSet {
        let maxRunning = MaxRunningOption()
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let scheduler = try context.scheduler()
        let due = try scheduler.store.due(at: context.clock.now())
        // Also without: what ended is taken in, and what was not told yet is told.
        let steps = due.isEmpty ? [Step("look for", "due jobs")] : due.map { Step("start", "job \($0)") }
        return Plan(steps) { session in
            try args.maxRunning.apply(to: scheduler.store)
            let (found, warning) = try await Worker.run {
                (try scheduler.runDue(), context.takeIn(scheduler.store))
            }
            var report = Report.list(try scheduler.store.records(of: found.started, session))
            report.changed = !found.started.isEmpty
            report.failures = found.failures
            report.warnings = found.notices
            report.warnings += [warning].compactMap(\.self)
            report.whenTold = { try scheduler.store.acknowledge(found) }
            return report
        }
    }
}

/// How many runs may be under way at once.
struct MaxRunningOption: InputSet {
    let maxRunning = Option(
        "max-running", .int(in: 1...100_000),
        help: "How many runs may be under way at once, kept for all who start runs; else two for each processor")
}

extension Parsed<MaxRunningOption> {
    func apply(to store: ScheduleStore) throws {
        guard let limit = self.maxRunning else { return }
        var settings = try store.settings()
        guard settings.maxRunning != limit else { return }
        settings.maxRunning = limit
        try store.change(settings)
    }
}

extension RunDueReport {
    /// What somebody must hear of.
    var failures: [ItemFailure] {
        troubles.map { ItemFailure($0.job.text, $0.failure ?? Failure(.failed, "run \($0.id) ended as \($0.status)")) }
            + events.filter(\.isTrouble).map { ItemFailure($0.job?.text ?? "schedule", Failure(.attention, $0.text)) }
    }

    /// What is good to know.
    var notices: [String] { events.filter { !$0.isTrouble }.map(\.sentence) }
}

extension ScheduleEvent {
    var isTrouble: Bool {
        switch kind {
        case .overdue, .clockSetBack, .broken: true
        case .recovered: false
        }
    }

    var sentence: String { (job.map { "\($0): " } ?? "") + text }
}
