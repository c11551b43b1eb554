import CSystem
import DebVisorCore
import Glibc
import Platform

/// From a claim to a running command, and back to the truth after a crash.
extension Scheduler {
    /// Starts the supervisors of claimed runs, and each command once the ledger knows who it is. One that hangs, on a
    /// file system that does not answer, holds nobody else up.
    /// - Returns: the runs as they are then, but for those that could not be started and wait again.
    func start(_ claims: [Ledger.Claim]) throws -> [JobRun] {
        var started: [JobRun] = []
        for first in stride(from: 0, to: claims.count, by: Self.startsAtOnce) {
            let part = claims[first..<min(first + Self.startsAtOnce, claims.count)]
            var waiting: [Start] = []
            for claim in part {
                do { if let start = try launch(claim) { waiting.append(start) } } catch let fault as Fault {
                    started += try giveBack(claim, "its supervisor could not be started: \(fault)").map { [$0] } ?? []
                }
            }
            let end = ContinuousClock.now + launcher.patience
            while !waiting.isEmpty {
                let answering = SupervisorChannel.answering(waiting.map(\.supervisor), until: end)
                for place in answering.sorted(by: >) {
                    started += try begin(waiting.remove(at: place)).map { [$0] } ?? []
                }
                guard answering.isEmpty else { continue }
                for silent in waiting {
                    // Its gate closes with our end of the channel: should it ever answer, it runs nothing.
                    silent.supervisor.end()
                    started += try giveBack(silent.claim, "its supervisor does not answer").map { [$0] } ?? []
                }
                break
            }
        }
        return started.sorted { $0.id < $1.id }
    }

    /// How many supervisors may be about to begin.
    private static let startsAtOnce = 64

    /// A supervisor that was started and has not said who its command is.
    private struct Start {
        var claim: Ledger.Claim
        var supervisor: SupervisorChannel
    }

    private func launch(_ claim: Ledger.Claim) throws -> Start? {
        guard let order = try order(for: claim) else { return nil }
        Failpoint.pass("run.launch.before")
        let start = Start(claim: claim, supervisor: try launcher.start(order))
        Failpoint.pass("run.launch.after")
        return start
    }

    private func begin(_ start: Start) throws -> JobRun? {
        let claim = start.claim
        guard let answer = start.supervisor.receive(),
            let holder = ClaimHolder(String(decoding: answer, as: UTF8.self))
        else {
            // It died, or it could not even prepare the command and has said so in the ledger.
            return try giveBack(claim, "its supervisor could not begin")
        }
        do {
            switch try ledger.begin(claim, holder.process, at: clock.now()) {
            case .go: try start.supervisor.send([UInt8(ascii: "g")])
            case .cancelled, .notOurs: return try giveBack(claim, nil)
            }
        } catch let fault as Fault {
            return try giveBack(claim, "its supervisor could not be started: \(fault)")
        }
        return try store.run("\(claim.number)")
    }

    private func giveBack(_ claim: Ledger.Claim, _ reason: String?) throws -> JobRun? {
        let now = clock.now()
        let result = RunResult(claim: claim.claim, .notStarted, endedAt: now.milliseconds, reason: reason)
        return try ledger.finish(claim.number, result, at: now)?.run ?? store.run("\(claim.number)")
    }

    /// What a supervisor needs to know. Nil if the claim holds the run no more.
    func order(for claim: Ledger.Claim, adopting process: RunProcess? = nil) throws -> RunOrder? {
        let (run, job) = try store.runWithJob(claim.number)
        guard run.status == .running else { return nil }
        let definition = job.definition
        return RunOrder(
            state: store.directory.path, run: run.id.description, number: claim.number, claim: claim.claim,
            job: job.name.text, attempt: run.attempt, scheduledFor: run.scheduledFor?.description,
            command: definition.command.words, timeoutSeconds: definition.timeoutSeconds.map(Int64.init),
            grace: launcher.grace, environmentFile: definition.environmentFile, user: definition.user,
            workingDirectory: definition.workingDirectory, onFailure: definition.onFailure, launcher: launcher.order,
            adopted: process, usesControlGroups: launcher.usesControlGroups)
    }

    /// Claims and starts runs that waited for something to end.
    func startWaiting() throws {
        let decision = try ledger.admitWaiting(at: clock.now(), claimer: claimer())
        decision.ending.forEach { askToEnd($0) }
        _ = try start(decision.claims)
    }

    /// Brings running runs in line with what is there: one, or all. - Returns: how many ended.
    func recover(_ number: Int64? = nil) throws -> Int {
        var ended = 0
        for run in try ledger.running(number) {
            let files = RunFiles(run.id.number, in: store.directory)
            let sight = try sight(of: run, files)
            if case .orphaned = sight { try adopt(run) }
            if case .attended = sight, run.isCancelled { askToEnd(run.id.number) }
            guard let ending = try ledger.settle(run, sight, at: clock.now()) else { continue }
            ended += 1
            if let order = try order(for: run, ending) { afterEnd(ending, order) }
            files.tidyUp(keepingOutput: files.hasOutput)
        }
        return ended
    }

    /// Removes what is left of runs whose supervisor died after the ledger had their end. Costs nothing if none did.
    func tidyUp() throws {
        let numbers = RunFiles.active(in: store.directory)
        guard !numbers.isEmpty else { return }
        for number in try ledger.over(numbers) {
            let files = RunFiles(number, in: store.directory)
            // Who lives does it, just now.
            if try !files.supervisor().isAlive { files.tidyUp(keepingOutput: files.hasOutput) }
        }
    }

    /// The order of what can be trusted: a lock that is held, a result, a process that lives.
    private func sight(of run: Ledger.RunningRun, _ files: RunFiles) throws -> Ledger.Sight {
        if try files.supervisor().isAlive { return .attended }
        if let result = files.readResult(claim: run.claim) { return .ended(result) }
        guard let process = run.process else {
            // What this process claimed it would have started by now: that failed.
            let isOurs = run.claimer?.process == ClaimHolder.current?.process
            return !isOurs && run.claimer?.process.mayLive == true ? .attended : .neverStarted
        }
        if process.mayLive { return .orphaned }
        // The ledger may have learnt of the end meanwhile; then what follows finds nothing to do.
        let id = run.id.description
        if process.bootID == Host.bootID,
            ProcessTree(run: id, group: ControlGroup(existing: id)).hasMembersAnywhere()
        {
            return .orphaned
        }
        return .ended(lost(run, files))
    }

    private func lost(_ run: Ledger.RunningRun, _ files: RunFiles) -> RunResult {
        var result = RunResult(
            claim: run.claim, .lost, endedAt: clock.now().milliseconds,
            reason: "its supervisor died, nobody knows how the command ended")
        let written = files.written
        (result.outputBytes, result.errorBytes, result.droppedBytes) = written
        result.keptBytes = written.output + written.errors - written.dropped
        return result
    }

    private func adopt(_ run: Ledger.RunningRun) throws {
        let claim = Ledger.Claim(number: run.id.number, claim: run.claim)
        guard var order = try order(for: claim, adopting: run.process) else { return }
        order.isCancelled = run.isCancelled
        // Answers once it holds the lock; another adopter may have been quicker.
        _ = try launcher.start(order).receive()
    }

    private func order(for run: Ledger.RunningRun, _ ending: Ledger.Ending) throws -> RunOrder? {
        guard ending.onFailure != nil else { return nil }
        let (_, job) = try store.runWithJob(run.id.number)
        let definition = job.definition
        return RunOrder(
            state: store.directory.path, run: run.id.description, number: run.id.number, claim: run.claim,
            job: job.name.text, attempt: ending.run.attempt, scheduledFor: ending.run.scheduledFor?.description,
            command: definition.command.words, grace: launcher.grace, environmentFile: definition.environmentFile,
            user: definition.user, workingDirectory: definition.workingDirectory, launcher: launcher.order,
            usesControlGroups: launcher.usesControlGroups)
    }

    /// What a job wants done when a run of it ended badly for good.
    func afterEnd(_ ending: Ledger.Ending, _ order: RunOrder) {
        guard let text = ending.onFailure else { return }
        _ = try? RunCommand(onFailure: text, order, status: ending.run.status.rawValue).startDetached()
    }

    /// Sends TERM to a run's supervisor; without one, the next look takes the run over and ends it.
    func askToEnd(_ number: Int64) {
        guard let found = try? RunFiles(number, in: store.directory).supervisor(), found.isAlive,
            let process = found.process, process.bootID == Host.bootID
        else { return }
        ProcessTree.signal(process.identity, SIGTERM)
    }
}

extension RunOrder {
    /// The part of the run's id that names the ledger.
    var ledger: String { String(run.prefix { $0 != "-" }) }
}

extension RunFiles {
    /// One that cannot be read is kept for whoever looks into it.
    fileprivate var hasOutput: Bool {
        [RunOutput.Stream.output, .errors].contains { (try? output($0).total) != 0 }
    }

    /// How many bytes the spools hold by their own account.
    fileprivate var written: (output: Int64, errors: Int64, dropped: Int64) {
        let streams = [RunOutput.Stream.output, .errors].map { try? output($0) }
        return (streams[0]?.total ?? 0, streams[1]?.total ?? 0, streams.reduce(0) { $0 + ($1?.dropped ?? 0) })
    }
}
