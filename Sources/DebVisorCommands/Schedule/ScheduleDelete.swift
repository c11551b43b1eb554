import CommandKit
import DebVisorCore
import Schedules

/// `debvisor schedule delete`
struct ScheduleDelete: ChangingCommand {
    static let info = CommandInfo(
        "delete", aliases: ["rm"], "Delete jobs",
        discussion: """
            What runs goes on, what waits is cancelled, the history stays until the retention removes it. A job that is \
            required by others leaves them blocked, which they say.
            """,
        examples: [
            Example("debvisor schedule delete nightly --dry-run", "what would be done", prints: "delete"),
            Example("debvisor schedule delete nightly --yes", "without a question", prints: "nightly"),
        ],
        statuses: .ofAStore + [.notFound], effect: .destroys, prints: ScheduledJob.self)

    struct Inputs: InputSet {
        let jobs = Arguments("JOB", .object(ObjectKind.job), atLeast: 1, help: "Names of jobs")
        let missingOK = Flag("missing-ok", help: "It is no error if one is not there")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        var doomed: [ScheduledJob] = []
        for name in args.jobs {
            do {
                let job = try context.scheduleStore(with: name).1
                if !doomed.contains(where: { $0.id == job.id }) { doomed.append(job) }
            } catch let fault as Fault where fault.kind == .notFound && args.missingOK { continue }
        }
        let chosen = doomed
        guard !chosen.isEmpty else { return .nothing(.list([ScheduledJob]())) }
        let store = try context.scheduleStore()
        let names = Set(chosen.map(\.name.text))
        let dependents = try store.jobs().filter { job in
            !names.contains(job.name.text)
                && job.dependencies.contains { $0.kind == .require && names.contains($0.target) }
        }
        let steps = chosen.map { Step("delete", "job \($0.name)", detail: $0.definition.command.description) }
        var plan = Plan(steps) { _ in
            for job in chosen { try store.delete(job.name, at: context.clock.now()) }
            return .list(chosen)
        }
        plan.warnings = dependents.map { "job '\($0.name)' requires what is deleted, and will be blocked" }
        return plan
    }
}
