import CommandKit
import DebVisorCore
import Schedules

/// `debvisor schedule add`
struct ScheduleAdd: ChangingCommand {
    static let info = CommandInfo(
        "add", "Add a job",
        discussion: """
            The command stands behind '--': a program and its words, which no shell looks at, so that nothing in them is \
            expanded or cut. --shell gives a text to /bin/sh instead. It runs with PATH, HOME, USER, LOGNAME and SHELL, \
            DEBVISOR_JOB, DEBVISOR_RUN_ID, DEBVISOR_ATTEMPT and DEBVISOR_SCHEDULED_FOR, and what --env-file says, and with a \
            umask of 022.

            The expression has the five fields of crontab(5), or is @hourly, @daily, @weekly, @monthly or @yearly; Sunday \
            is 0 and 7. Where clocks are put forward a job at fixed times runs at the first minute after the gap; where \
            they are put back it runs once. A job whose minute or hour begins with '*' follows the clock.

            Adding the same job again changes nothing.
            """,
        examples: [
            Example(
                "debvisor schedule add weekly --cron '30 3 * * sun' --timezone Europe/Berlin --timeout 4h -- /srv/bin/report --all",
                "each Sunday, four hours at most", prints: "30 3 * * sun"),
            Example(
                "debvisor schedule add tidy --cron @hourly --jitter 10m --shell 'find . -name core -delete'",
                "a text for the shell", prints: "jitter_seconds"),
            Example(
                "debvisor schedule add mirror --cron @daily --requires nightly:within=6h --conflicts resource:uplink --dry-run -- /srv/bin/report",
                "after another job, alone on a resource", prints: "add"),
        ],
        statuses: .ofAStore + [.notFound, .unavailable], prints: ScheduledJob.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .newJob, help: "Name of the job")
        let cron = Option(required: "cron", .cron, help: "When it is due, as '0 3 * * mon-fri'")
        let options = JobOptions()
        let isDisabled = Flag("disabled", help: "It does not run by itself yet")
        let force = Flag("force", help: "Also if its program or a file of it is not there yet")
        let command = JobCommandInputs()
    }

    static let rules: [InputRule<Inputs>] = [.exactlyOne(\.command.shell, \.command.words)]

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        guard let command = args.command.command else { throw Fault(.usage, "there is no command to run") }
        var definition = JobDefinition(
            name: args.name, command: command, expression: args.cron, timezone: context.hostTimeZone)
        args.options.apply(to: &definition)
        definition.isEnabled = !args.isDisabled
        let now = context.clock.now()
        try definition.check(isForced: args.force, at: now)
        let store = try context.scheduleStore()
        if let existing = try store.job(args.name), existing.definition == definition {
            return .nothing(.one(existing))
        }
        try store.checkRequirements(of: definition)
        let step = Step("add", "job \(args.name)", detail: "\(args.cron) \(definition.timezone): \(command)")
        let added = definition
        var plan = Plan([step]) { _ in .one(try store.add(added, at: context.clock.now())) }
        plan.warnings = try definition.warnings(at: now)
        return plan
    }
}
