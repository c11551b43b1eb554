import CommandKit
import DebVisorCore
import Schedules

/// `debvisor schedule enable`
struct ScheduleEnable: ChangingCommand {
    static let info = CommandInfo(
        "enable", "Let jobs run by themselves again",
        discussion: "Times that passed while a job was disabled are not made up for.",
        examples: [Example("debvisor schedule enable nightly", "let it run again", prints: "nightly")],
        statuses: .ofAStore + [.notFound], prints: ScheduledJob.self)

    typealias Inputs = JobNames

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        try context.switching(args.jobs, on: true)
    }
}

/// `debvisor schedule disable`
struct ScheduleDisable: ChangingCommand {
    static let info = CommandInfo(
        "disable", "Keep jobs from running by themselves",
        discussion: """
            What runs goes on, what waits is cancelled; 'debvisor schedule execute' still starts it. Jobs that require a \
            disabled one are judged by its last run.
            """,
        examples: [Example("debvisor schedule disable nightly", "until it is enabled again", prints: "nightly")],
        statuses: .ofAStore + [.notFound], prints: ScheduledJob.self)

    typealias Inputs = JobNames

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        try context.switching(args.jobs, on: false)
    }
}

struct JobNames: InputSet {
    let jobs = Arguments("JOB", .object(ObjectKind.job), atLeast: 1, help: "Names of jobs")
}

extension AppContext {
    fileprivate func switching(_ names: [String], on isEnabled: Bool) throws -> Plan {
        let jobs = try names.map { try scheduleStore(with: $0).1 }
        let word = isEnabled ? "enable" : "disable"
        let steps = jobs.filter { $0.definition.isEnabled != isEnabled }.map { Step(word, "job \($0.name)") }
        return Plan(steps, idle: .list(jobs)) { _ in
            let store = try scheduleStore()
            return .list(try jobs.map { try store.setEnabled($0.name, isEnabled, at: clock.now()) })
        }
    }
}
