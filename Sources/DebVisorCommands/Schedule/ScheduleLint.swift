import CommandKit
import DebVisorCore
import Platform
import Schedules

/// `debvisor schedule lint`
struct ScheduleLint: ReadingCommand {
    static let info = CommandInfo(
        "lint", "Find what may not be as it was meant",
        discussion: """
            Times that clocks move or double, days that few months have, runs that take longer than their distance, \
            pile-ups, lines of a crontab that cron reads in another way than it seems. What can never run, and a line that \
            is no job, end it with status 9; anything else is only said.
            """,
        examples: [
            Example("debvisor schedule lint", "all jobs together", prints: "RULE"),
            Example(
                "debvisor schedule lint --crontab /srv/crontab", "a crontab, before it is imported",
                prints: "RULE"),
        ],
        statuses: .ofAStore + [.notFound, .unavailable], prints: RemarkRecord.self)

    struct Inputs: InputSet {
        let job = Argument(optional: "JOB", .object(ObjectKind.job), help: "Name of a job; all of them without")
        let cron = Option("cron", .cron, help: "An expression instead")
        let crontab = Option("crontab", .file, help: "A crontab instead; '-' is standard input")
        let isSystem = Flag("system", help: "The crontab has a user before each command, as /etc/crontab")
        let timezone = Option("timezone", .timeZone, help: "Zone of the expression or crontab; the host's unless given")
    }

    static let rules: [InputRule<Inputs>] = [
        .conflict(\.job, \.cron, \.crontab), .requires(\.isSystem, \.crontab), .conflict(\.job, \.timezone),
    ]

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let zone = args.timezone ?? context.hostTimeZone
        if let cron = args.cron {
            let schedule = CronSchedule(cron, try ScheduleZones().rules(of: zone))
            let remarks = schedule.remarks(from: context.clock.now().seconds)
            return Self.report(
                remarks.map { RemarkRecord(rule: "\($0.rule)", text: $0.text, isBad: $0.rule == .neverInZone) })
        }
        if let file = args.crontab {
            let crontab = try CrontabFile.read(file, isSystem: args.isSystem, prefix: "", timezone: zone)
            return Self.report(
                crontab.remarks.map {
                    RemarkRecord(
                        line: $0.line, rule: $0.isRefusal ? "refused" : "crontab", text: $0.text, isBad: $0.isRefusal)
                })
        }
        let job = try args.job.map { try context.scheduleStore(with: $0).1.name }
        guard let store = try context.existingScheduleStore() else { return .list([RemarkRecord]()) }
        let scheduler = Scheduler(store, clock: context.clock, launcher: context.launcher)
        return Self.report(
            try scheduler.lint(job).map {
                RemarkRecord(
                    job: $0.job, rule: $0.rule, text: $0.text, isBad: $0.rule == "broken" || $0.rule.hasPrefix("never"))
            })
    }

    private static func report(_ remarks: [RemarkRecord]) -> Report {
        let report = Report.list(remarks)
        guard let bad = remarks.first(where: \.isBad) else { return report }
        let place = bad.job.map { "job '\($0)': " } ?? bad.line.map { "line \($0): " } ?? ""
        return report.attention("\(place)\(bad.text)")
    }
}

/// What may not be as it was meant.
struct RemarkRecord: Record {
    var job: JobName?
    var line: Int?
    var rule: String
    var text: String
    var isBad = false

    static var fields: [Field<RemarkRecord>] {
        [
            .string("name", "The job, if it is about one", column: "JOB") { $0.job?.text },
            .int("line", "The line of the crontab") { $0.line },
            .string("rule", "What it is about, in one word") { $0.rule },
            .string("text", "What is odd") { $0.text },
        ]
    }

}
