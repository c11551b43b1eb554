import CommandKit
import DebVisorCore
import Platform
import Schedules

/// What can be said of a job besides its name, time and command.
struct JobOptions: InputSet {
    let timezone = Option("timezone", .timeZone, help: "Zone of its times, as Europe/Berlin; the host's unless given")
    let priority = Option(
        "priority", .choice(JobPriority.self), help: "Which of several ready jobs starts first; normal unless given")
    let timeout = Option(
        "timeout", .duration(atLeast: 1),
        help: "End a run that takes longer, with TERM, then KILL; no limit unless given")
    let retries = Option("retries", .int(in: 0...1000), help: "Attempts after a run that ended badly; 0 unless given")
    let retryDelay = Option(
        "retry-delay", .duration(), help: "Before the second attempt, doubled for each further one; 1m unless given")
    let retryMaxDelay = Option("retry-max-delay", .duration(), help: "The longest such delay; 1h unless given")
    let retryOn = Option(
        "retry-on", .exitCodes, help: "Exit codes worth another attempt, as 75,111; every failure unless given")
    let requires = Options(
        "requires", .requirement,
        help: "Only after the last finished run of this job completed, with within=1h so long ago at most")
    let conflicts = Options(
        "conflicts", .jobConflict, help: "Never beside this job, or beside a job that names the same resource")
    let misfire = Option(
        "misfire", .choice(MisfirePolicy.self), help: "What becomes of times that passed unseen; once unless given")
    let overlap = Option(
        "overlap", .choice(OverlapPolicy.self), help: "What a run does while another one runs; skip unless given")
    let promise = Option(
        "promise", .choice(RunPromise.self),
        help: "After a crash that leaves it unknown how a run ended; at-most-once unless given")
    let jitter = Option(
        "jitter", .duration(), help: "Start up to so much later, always the same for a job on a host")
    let startWithin = Option(
        "start-within", .duration(atLeast: 1), help: "A run that could not begin for so long is missed")
    let alertAfter = Option(
        "alert-after", .duration(atLeast: 1), help: "Report when no run has completed for so long")
    let onFailure = Option("on-failure", .string("COMMAND"), help: "A text for the shell, run when a run ended badly")
    let details = Option("description", .string, help: "What it is for")
    let owner = Option("owner", .string("USER"), help: "Who looks after it")
    let environmentFile = Option("env-file", .file, help: "File of NAME=VALUE lines for its environment")
    let user = Option("user", .string("USER"), help: "Whom it runs as; only root may give another")
    let workingDirectory = Option("workdir", .directory, help: "Where it runs; the home directory unless given")
}

extension Parsed<JobOptions> {
    /// Takes over what was given.
    func apply(to job: inout JobDefinition) {
        if let timezone = self.timezone { job.timezone = timezone }
        if let priority = self.priority { job.priority = priority }
        if let timeout = self.timeout { job.timeoutSeconds = timeout }
        if let retries = self.retries { job.retry.count = retries }
        if let delay = self.retryDelay { job.retry.delaySeconds = delay }
        if let delay = self.retryMaxDelay { job.retry.maxDelaySeconds = delay }
        if let codes = self.retryOn { job.retry.codes = codes }
        if !self.requires.isEmpty { job.requirements = self.requires }
        if !self.conflicts.isEmpty { job.conflicts = self.conflicts }
        if let misfire = self.misfire { job.misfire = misfire }
        if let overlap = self.overlap { job.overlap = overlap }
        if let promise = self.promise { job.promise = promise }
        if let jitter = self.jitter { job.jitterSeconds = jitter }
        if let seconds = self.startWithin { job.startWithinSeconds = seconds }
        if let seconds = self.alertAfter { job.alertAfterSeconds = seconds }
        if let text = self.onFailure { job.onFailure = text }
        if let text = self.details { job.details = text }
        if let owner = self.owner { job.owner = owner }
        if let file = self.environmentFile { job.environmentFile = Directory.absolute(file) }
        if let user = self.user { job.user = user }
        if let directory = self.workingDirectory { job.workingDirectory = Directory.absolute(directory) }
    }
}

/// What a job runs: words behind `--`, or a text for the shell.
struct JobCommandInputs: InputSet {
    let shell = Option("shell", .string("TEXT"), help: "A text for /bin/sh -c instead of a program and its words")
    let words = Arguments(
        "COMMAND",
        .custom(placeholder: "COMMAND", completion: .file, text: { $0 }) { text throws(ValueError) in text },
        help: "Behind '--': the program and its words, which no shell looks at")
}

extension Parsed<JobCommandInputs> {
    /// Nil if none was given. A program's path is made absolute: jobs have no current directory.
    var command: JobCommand? {
        if let shell = self.shell { return .shell(shell) }
        guard let program = self.words.first else { return nil }
        let path = program.contains("/") ? Directory.absolute(program) : program
        return .arguments([path] + self.words.dropFirst())
    }
}

extension JobDefinition {
    /// What may not be what its owner had in mind; what clocks do each year is for `lint`.
    func warnings(at time: Timestamp) throws -> [String] {
        try schedule().remarks(from: time.seconds, within: 1).filter { $0.rule != .clockChange }.map(\.text)
    }

    /// - Throws: `usage` if nothing of it is ever due; else as `check`, and as `checkFiles` unless `isForced`.
    func check(isForced: Bool, at time: Timestamp) throws {
        try check()
        guard try schedule().next(after: time.seconds) != nil else {
            throw Fault(
                .usage, "'\(expression)' never fires in \(timezone): its clocks leave out every time that is wanted",
                hint: "choose another hour, or another zone")
        }
        if !isForced { try checkFiles() }
    }
}
