package import DebVisorCore
import Glibc
import Platform

extension JobDefinition {
    /// What `add --force` does not excuse. - Throws: `usage` for an unknown zone or user, an empty command, relative
    /// paths, numbers out of range; `denied` for another user without being root.
    package func check() throws {
        _ = try schedule()
        guard let program = command.words.first, !program.isEmpty else {
            throw Fault(.usage, "job '\(name)' has no command")
        }
        let texts =
            command.words + [environmentFile, workingDirectory, user, onFailure, details, owner].compactMap(\.self)
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw Fault(.usage, "job '\(name)' has a text with a zero byte")
        }
        for path in [environmentFile, workingDirectory].compactMap(\.self) where !path.hasPrefix("/") {
            throw Fault(.usage, "'\(path)' is not an absolute path", hint: "jobs have no current directory")
        }
        let numbers = [
            timeoutSeconds ?? 1, (startWithinSeconds ?? 1), (alertAfterSeconds ?? 1), retry.count + 1,
            retry.delaySeconds + 1, retry.maxDelaySeconds + 1, jitterSeconds + 1,
        ]
        guard numbers.allSatisfy({ (1...315_360_000).contains($0) }) else {
            throw Fault(.usage, "a number of job '\(name)' is out of range", hint: "durations are from 1 s to 10 years")
        }
        guard let user else { return }
        let account = try RunAccount(named: user)
        guard account.userID == geteuid() || geteuid() == 0 else {
            throw Fault(.denied, "only root may run a job as '\(user)'", hint: "run debvisor as root")
        }
    }

    /// What may still come to be. - Throws: `notFound` or `denied` if the program, the working directory or the
    /// environment file cannot be used.
    package func checkFiles() throws {
        let program = command.words.first ?? ""
        guard RunEnvironment.find(program, path: RunEnvironment.standardPath) != nil else {
            throw Fault(
                .notFound, "there is no program '\(program)'",
                hint: "give an absolute path, or --force to add it anyway",
                cause: "a run's PATH is \(RunEnvironment.standardPath)")
        }
        if let workingDirectory, !Directory.isDirectory(workingDirectory) {
            throw Fault(.notFound, "there is no directory '\(workingDirectory)'", hint: "--force adds the job anyway")
        }
        if let environmentFile { _ = try RunEnvironment.variables(in: environmentFile) }
    }

    /// When the job is due, in its zone. - Throws: `usage` if the machine does not know the zone.
    package func schedule() throws -> CronSchedule {
        do throws(TimeZoneError) {
            return CronSchedule(expression, try TimeZoneRules.load(named: timezone))
        } catch {
            throw Fault(error)
        }
    }
}

extension Fault {
    /// A malformed expression: `usage`, with field, token, column and correction.
    package init(_ error: CronError) {
        let correction = error.replacement.map { "write '\($0)' instead of '\(error.token)'" }
        self.init(.usage, error.description, hint: error.hint ?? correction)
    }

    /// An unknown zone: `usage`; zone data that is missing or damaged: `unavailable`.
    package init(_ error: TimeZoneError) {
        self.init(error.kind == .unknown ? .usage : .unavailable, error.reason, hint: error.hint)
    }
}
