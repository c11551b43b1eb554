import CommandKit
import DebVisorCore
import Platform
import Schedules

/// `debvisor schedule cancel`
struct ScheduleCancel: ChangingCommand {
    static let info = CommandInfo(
        "cancel", "End a run, or all runs of a job",
        discussion: """
            What waits is dropped. What runs gets TERM, after ten seconds KILL, with all of its processes; this command \
            does not wait for that unless told to. A cancelled run is not tried again.
            """,
        examples: [
            Example("debvisor schedule cancel nightly", "whatever of a job waits or runs", prints: "RUN")
        ],
        statuses: .ofAStore + [.notFound, .unavailable], prints: RunRecord.self)

    struct Inputs: InputSet {
        let target = Argument("RUN|JOB", .object(ObjectKind.openRun), help: "Id of a run, or name of a job")
        let wait = Flag("wait", short: "w", help: "Until they are over")
        let timeout = Option("timeout", .duration(atLeast: 1), help: "Longest wait")
    }

    static let rules: [InputRule<Inputs>] = [.requires(\.timeout, \.wait)]

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let runs = try runs(args.target, context)
        let steps = runs.map { Step("cancel", "run \($0.id)", detail: "job \($0.job), \($0.status.rawValue)") }
        return Plan(steps, idle: .list([RunRecord]())) { session in
            let scheduler = try context.scheduler()
            var cancelled: [JobRun] = []
            for run in runs {
                do { cancelled.append(try await Worker.run { try scheduler.cancel(run.id) }) } catch let fault as Fault
                    where fault.kind == .conflict
                {
                    // It was over before us.
                    if let run = try scheduler.store.run(run.id) { cancelled.append(run) }
                }
            }
            if args.wait {
                let wait = RunWait(scheduler: scheduler, session: session)
                for (place, run) in cancelled.enumerated() where !run.isFinal {
                    cancelled[place] = try await wait.end(of: run, within: args.timeout)
                }
            }
            return .list(try scheduler.store.records(of: cancelled, session))
        }
    }

    /// A run that is over is no error: it does not run any more, as was wished.
    private func runs(_ target: String, _ context: AppContext) throws -> [JobRun] {
        guard let store = try context.existingScheduleStore() else {
            throw Fault(.notFound, "there is no run or job '\(target)'", hint: "see debvisor schedule status")
        }
        if let name = try? JobName(target), try store.job(name) != nil { return try store.current(of: name) }
        let run = try store.findRun(target)
        return run.isFinal ? [] : [run]
    }
}
