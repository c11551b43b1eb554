import CommandKit
import DebVisorCore
import Platform
import Schedules

/// `debvisor schedule daemon`
struct ScheduleDaemonCommand: ChangingCommand {
    static let info = CommandInfo(
        "daemon", "Start jobs when they are due, until stopped",
        discussion: """
            Instead of a 'run-due' each minute, or beside it. It sleeps until something is due or the jobs are changed. \
            Under systemd it says when it is ready and answers the watchdog; see Examples/systemd. Runs go on when it ends.

            What ended badly is said on stderr, each start too with -v; with -o ndjson each start is a line on stdout.
            """,
        examples: [Example("debvisor schedule daemon --dry-run", "see that it could begin", prints: "serve")],
        statuses: .ofAStore + [.unavailable], prints: RunRecord.self)

    struct Inputs: InputSet {
        let maxRunning = MaxRunningOption()
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        if session.format != .table { try session.checkFollowing() }
        let scheduler = try context.scheduler()
        return Plan([Step("serve", "due jobs", detail: context.stateDirectory.path)]) { session in
            try args.maxRunning.apply(to: scheduler.store)
            let stop = try session.cancellationDescriptor()
            guard session.format == .ndjson else {
                return .pieces { _ in try await serve(scheduler, until: stop, context, session) { _ in } }
            }
            return .stream(of: RunRecord.self) { emit in
                try await serve(scheduler, until: stop, context, session) { runs in
                    try emit(try scheduler.store.records(of: runs, session))
                }
            }
        }
    }

    private func serve(
        _ scheduler: Scheduler, until stop: Int32, _ context: AppContext, _ session: Session,
        _ emit: @escaping @Sendable ([JobRun]) throws -> Void
    ) async throws {
        // Closing a store leaves a timer of the dispatch library behind, which would wake the daemon each second.
        let metrics = KeptMetricStore()
        try await Worker.run {
            try ScheduleDaemon(scheduler).serve(until: stop) { report in
                tell(of: report, session)
                if let warning = context.takeIn(scheduler.store, keeping: metrics) { session.warn(warning) }
                do { try emit(report.started) } catch { session.log("\(error)") }
            } trouble: {
                session.warn("\($0)\($0.hint.map { "; \($0)" } ?? "")")
            }
        }
    }

    private func tell(of report: RunDueReport, _ session: Session) {
        for run in report.started { session.log("started run \(run.id) of '\(run.job)'") }
        for failure in report.failures {
            session.warn("\(failure.item): \((failure.error as? Failure)?.message ?? "")")
        }
        for notice in report.notices { session.log(notice) }
    }
}
