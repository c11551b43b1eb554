import CommandKit
import DebVisorCore
import Schedules

/// `debvisor schedule update`
struct ScheduleUpdate: ChangingCommand {
    static let info = CommandInfo(
        "update", "Change a job",
        discussion: """
            What is not named stays. --requires and --conflicts replace all that were there; --clear takes something away. \
            What passed stays as it is recorded, and what runs goes on as it began.
            """,
        examples: [
            Example(
                "debvisor schedule update nightly --cron @hourly --timeout 30m",
                "run it each hour, at most half an hour",
                prints: "30m00s"),
            Example(
                "debvisor schedule update nightly --clear description --dry-run", "what would change", prints: "update"),
        ],
        statuses: .ofAStore + [.notFound, .unavailable], prints: ScheduledJob.self)

    /// What a job can be without.
    enum Clearable: String, CaseIterable {
        case timeout, retryOn = "retry-on", requires, conflicts, jitter, startWithin = "start-within"
        case alertAfter = "alert-after", onFailure = "on-failure", description, owner, envFile = "env-file", user,
            workdir

        func clear(_ job: inout JobDefinition) {
            switch self {
            case .timeout: job.timeoutSeconds = nil
            case .retryOn: job.retry.codes = []
            case .requires: job.requirements = []
            case .conflicts: job.conflicts = []
            case .jitter: job.jitterSeconds = 0
            case .startWithin: job.startWithinSeconds = nil
            case .alertAfter: job.alertAfterSeconds = nil
            case .onFailure: job.onFailure = nil
            case .description: job.details = nil
            case .owner: job.owner = nil
            case .envFile: job.environmentFile = nil
            case .user: job.user = nil
            case .workdir: job.workingDirectory = nil
            }
        }
    }

    struct Inputs: InputSet {
        let job = Argument("JOB", .object(ObjectKind.job), help: "Name of the job")
        let cron = Option("cron", .cron, help: "When it is due")
        let options = JobOptions()
        let cleared = Options("clear", .choice(Clearable.self), placeholder: "OPTION", help: "Take this away")
        let force = Flag("force", help: "Also if its program or a file of it is not there yet")
        let command = JobCommandInputs()
    }

    static let rules: [InputRule<Inputs>] = [.conflict(\.command.shell, \.command.words)]

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let job = try context.scheduleStore(with: args.job).1
        let change: @Sendable (inout JobDefinition) -> Void = { definition in
            for cleared in args.cleared { cleared.clear(&definition) }
            if let cron = args.cron { definition.expression = cron }
            if let command = args.command.command { definition.command = command }
            args.options.apply(to: &definition)
        }
        var wanted = job.definition
        change(&wanted)
        guard wanted != job.definition else { return .nothing(.one(job)) }
        let now = context.clock.now()
        try wanted.check(isForced: args.force, at: now)
        let store = try context.scheduleStore()
        try store.checkRequirements(of: wanted, butNot: job.definition.requirements)
        var plan = Plan([Step("update", "job \(job.name)", detail: "\(wanted.expression) \(wanted.timezone)")]) { _ in
            // What another one changed meanwhile stays.
            .one(try store.update(job.name, at: context.clock.now()) { change(&$0) })
        }
        if wanted.expression != job.definition.expression { plan.warnings = try wanted.warnings(at: now) }
        return plan
    }
}
