import CommandKit
import DebVisorCore
import Platform
import Schedules

/// `debvisor schedule execute`
struct ScheduleExecute: ChangingCommand {
    static let info = CommandInfo(
        "execute", "Run a job now",
        discussion: """
            Also a disabled one. A run by hand does not wait: if its job runs already, or a requirement or conflict is in \
            the way, it ends at once with status 6 and says why. With --wait the status tells how the run ended: 0 \
            completed, 1 failed or lost, 8 ended because it took too long.

            The command runs on whatever becomes of this one: Ctrl-C only ends the waiting.
            """,
        examples: [
            Example("debvisor schedule execute report --wait", "run it and see how it ends", prints: "completed"),
            Example("debvisor schedule execute report -o json", "start it and know its id", prints: "execution_id"),
        ],
        statuses: .ofAStore + [.notFound, .unavailable], prints: RunRecord.self)

    struct Inputs: InputSet {
        let job = Argument("JOB", .object(ObjectKind.job), help: "Name of the job")
        let wait = Flag("wait", short: "w", help: "Until it is over")
        let timeout = Option("timeout", .duration(atLeast: 1), help: "Longest wait; the run goes on after it")
    }

    static let rules: [InputRule<Inputs>] = [.requires(\.timeout, \.wait)]

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let (_, job) = try context.scheduleStore(with: args.job)
        let command = job.definition.command.description
        return Plan([Step("run", "job \(job.name)", detail: command)]) { session in
            let scheduler = try context.scheduler()
            var run = try await Worker.run { try scheduler.execute(job.name) }
            if args.wait, !run.isFinal {
                run = try await RunWait(scheduler: scheduler, session: session).end(of: run, within: args.timeout)
            }
            return try await scheduler.report(of: run, context, session)
        }
    }
}

/// `debvisor schedule retry`
struct ScheduleRetry: ChangingCommand {
    static let info = CommandInfo(
        "retry", "Start another attempt of a run that ended",
        discussion: "The new attempt stands for the same time. With --wait the status is as that of 'execute --wait'.",
        examples: [
            Example("debvisor schedule retry report", "the newest run of a job once more", prints: "execution_id")
        ],
        statuses: .ofAStore + [.notFound, .unavailable], prints: RunRecord.self)

    struct Inputs: InputSet {
        let run = Argument("RUN", .object(ObjectKind.run), help: ScheduleTexts.run)
        let wait = Flag("wait", short: "w", help: "Until it is over")
        let timeout = Option("timeout", .duration(atLeast: 1), help: "Longest wait; the run goes on after it")
    }

    static let rules: [InputRule<Inputs>] = [.requires(\.timeout, \.wait)]

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let (_, old) = try context.scheduleStore(withRun: args.run)
        guard old.isFinal else {
            throw Fault(
                .conflict, "run \(old.id) of '\(old.job)' is not over",
                hint: "end it: debvisor schedule cancel \(old.id)")
        }
        return Plan([Step("retry", "run \(old.id)", detail: "job \(old.job)")]) { session in
            let scheduler = try context.scheduler()
            var run = try await Worker.run { try scheduler.retry(old.id) }
            if args.wait, !run.isFinal {
                run = try await RunWait(scheduler: scheduler, session: session).end(of: run, within: args.timeout)
            }
            return try await scheduler.report(of: run, context, session)
        }
    }
}

extension Scheduler {
    /// One run, with the status that tells how it ended.
    func report(of run: JobRun, _ context: AppContext, _ session: Session) async throws -> Report {
        var report = Report.one(try store.record(of: run, session))
        // Of one that goes on, whoever looks next hears.
        if run.isFinal, let warning = try await Worker.run({ context.takeIn(store) }) {
            report.warnings.append(warning)
        }
        return run.failure.map { report.ending($0) } ?? report
    }
}
