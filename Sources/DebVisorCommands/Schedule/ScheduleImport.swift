import CommandKit
import DebVisorCore
import Platform
import Schedules

/// `debvisor schedule import`
struct ScheduleImport: ChangingCommand {
    static let info = CommandInfo(
        "import", "Make jobs of the lines of a crontab",
        discussion: """
            Jobs are called after the file and the line. All that they do in another way than cron is said, and a line \
            that cannot become a job ends the command with status 3. Importing again changes nothing.
            """,
        examples: [
            Example(
                "debvisor schedule import --crontab /srv/crontab --dry-run", "what would become of a crontab",
                prints: "crontab-"),
            Example(
                "debvisor schedule import --crontab /srv/crontab --prefix web- --timezone Europe/Berlin",
                "its lines as jobs", prints: "web-"),
        ],
        statuses: .ofAStore + [.partial, .notFound, .unavailable], prints: ScheduledJob.self)

    struct Inputs: InputSet {
        let crontab = Option(required: "crontab", .file, help: "The crontab; '-' is standard input")
        let isSystem = Flag("system", help: "It has a user before each command, as /etc/crontab and /etc/cron.d")
        let prefix = Option("prefix", .string("TEXT"), help: "How names begin; the file's name and '-' unless given")
        let timezone = Option("timezone", .timeZone, help: "Zone of lines before any CRON_TZ; the host's unless given")
        let isDisabled = Flag("disabled", help: "The jobs do not run by themselves yet, while cron still runs them")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let prefix = args.prefix ?? Self.prefix(of: args.crontab)
        if !prefix.isEmpty { _ = try JobName(prefix + "1") }
        let crontab = try CrontabFile.read(
            args.crontab, isSystem: args.isSystem, prefix: prefix, timezone: args.timezone ?? context.hostTimeZone)
        let store = try context.scheduleStore()
        var new: [JobDefinition] = []
        var same: [ScheduledJob] = []
        var failures = crontab.remarks.filter(\.isRefusal).map {
            ItemFailure("line \($0.line)", Fault(.usage, $0.text))
        }
        for entry in crontab.entries {
            var definition = entry.definition
            definition.isEnabled = !args.isDisabled
            do {
                try definition.check()
                if let existing = try store.job(definition.name) {
                    guard existing.definition == definition else {
                        throw Fault(
                            .conflict, "there is another job '\(definition.name)'",
                            hint: "delete it, or import with another --prefix")
                    }
                    same.append(existing)
                } else {
                    new.append(definition)
                }
            } catch let fault as Fault {
                failures.append(ItemFailure("line \(entry.line)", fault))
            }
        }
        let (added, kept, failed) = (new, same, failures)
        let steps = added.map {
            Step("add", "job \($0.name)", detail: "\($0.expression) \($0.timezone): \($0.command)")
        }
        var plan = Plan(steps, idle: .list(kept).failing(failed)) { _ in
            let jobs = try added.map { try store.add($0, at: context.clock.now()) }
            return .list(kept + jobs).failing(failed)
        }
        plan.warnings = crontab.remarks.filter { !$0.isRefusal }.map { "line \($0.line): \($0.text)" }
        return plan
    }

    /// `/etc/cron.d/web` is `web-`; what no name may have is left out.
    private static func prefix(of path: String) -> String {
        let name = path == "-" ? "crontab" : Directory.name(of: path)
        let plain = name.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        return plain.first.map { $0.isLetter || $0.isNumber } == true ? "\(plain.prefix(48))-" : "crontab-"
    }
}

/// `debvisor schedule export`
struct ScheduleExport: ReadingCommand {
    static let info = CommandInfo(
        "export", "Write jobs as a crontab",
        discussion:
            "What cron cannot do is said on stderr and left out. With -o json the jobs are written as 'list' does.",
        examples: [
            Example("debvisor schedule export", "every job", prints: "CRON_TZ=Europe/Berlin"),
            Example("debvisor schedule export nightly --system", "one, for /etc/cron.d", prints: "root"),
        ],
        statuses: .ofAStore + [.notFound], prints: ScheduledJob.self)

    struct Inputs: InputSet {
        let jobs = Arguments("JOB", .object(ObjectKind.job), help: "Names of jobs; all without")
        let isSystem = Flag("system", help: "With a user before each command, as in /etc/crontab and /etc/cron.d")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let named = try args.jobs.map { try context.scheduleStore(with: $0).1 }
        let jobs = try args.jobs.isEmpty ? context.existingScheduleStore()?.jobs() ?? [] : named
        guard session.format == .table else { return .list(jobs) }
        let (text, remarks) = Crontab.export(jobs, isSystem: args.isSystem)
        var report = Report.text(text)
        report.warnings = remarks.map { remark in (remark.job.map { "job '\($0)': " } ?? "") + remark.text }
        return report
    }
}
