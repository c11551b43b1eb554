import DebVisorCore
import Platform

/// Back to the truth after a crash.
extension Scheduler {
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
