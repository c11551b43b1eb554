import CSystem
import DebVisorCore
import Glibc
import Platform

/// From a claim to a running command, and what its end leaves to do.
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
