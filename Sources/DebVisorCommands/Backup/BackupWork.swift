import Backups
import CommandKit
import DebVisorCore
import Hypervisor
import Metrics
import Platform

/// Backs up subjects, some at a time: what fails does not keep the others from being backed up.
struct BackupWork: Sendable {
    let context: AppContext
    let target: OpenRepository
    let tags: [String: String]
    let readsAll: Bool
    let leavesCheckpoint: Bool
    let parallel: Int
    let throttle: Throttle?

    private typealias Outcome = Result<BackupCreation.Outcome, any Error>

    func run(_ subjects: [any BackupSubject], _ session: Session) async throws -> Report {
        let stored = Locked(UInt64(0))
        let outcomes = await outcomes(of: subjects, session, stored)
        var report = Report.list(
            outcomes.compactMap { try? $0.get() }.map { BackupRecord(snapshot: $0.snapshot, repository: target.label) })
        for (subject, outcome) in zip(subjects, outcomes) {
            switch outcome {
            case .success(let made):
                report.warnings += made.warnings.map { "\(subject.name): \($0)" }
                report.failures += skipped(made.snapshot) + made.failures.map { ItemFailure(subject.name, $0) }
            case .failure(let error) where error is CancellationError:
                throw interruption(subjects, outcomes, storedBytes: stored.withLock { $0 })
            case .failure(let error):
                // With one subject its own error and status tell more than "some items failed".
                if subjects.count == 1 { throw error }
                report.failures.append(ItemFailure(subject.name, error))
            }
        }
        report.wasEmitted = true
        return report
    }

    /// What became of each, in the order of `subjects`.
    private func outcomes(
        of subjects: [any BackupSubject], _ session: Session, _ stored: Locked<UInt64>
    ) async -> [Outcome] {
        let atOnce = min(parallel, subjects.count)
        let outcomes = Locked([Outcome](repeating: .failure(CancellationError()), count: subjects.count))
        // Left here, not given to the group: optimised by Swift 6.3, a loop over a group of outcomes takes its end for one
        // more of them in every other run.
        await withTaskGroup(of: Void.self) { group in
            for (number, subject) in subjects.enumerated() {
                if number >= parallel { await group.next() }
                if session.isCancelled { break }
                group.addTask(executorPreference: globalConcurrentExecutor) {
                    let outcome: Outcome
                    do { outcome = .success(try await back(up: subject, session, stored, atOnce: atOnce)) } catch {
                        outcome = .failure(error)
                    }
                    outcomes.withLock { $0[number] = outcome }
                }
            }
        }
        return outcomes.withLock { $0 }
    }

    private func back(
        up subject: any BackupSubject, _ session: Session, _ stored: Locked<UInt64>, atOnce: Int
    ) async throws -> BackupCreation.Outcome {
        let progress = session.progress("backing up \(subject.name)")
        let last = Locked(BackupProgress())
        defer { progress.finish() }
        var options = options(session, atOnce: atOnce)
        options.started = { progress.expect($0) }
        options.advanced = { now in
            last.withLock { $0 = now }
            progress.advance(
                to: now.done, part: ProgressPart(label: now.disk, done: now.diskDone, total: now.diskSize),
                note: BackupSentence.of(now.counters))
        }
        let creation = BackupCreation(
            target.repository, target.store, host: context.host, clock: context.clock, options: options)
        func note(_ events: (BackupEvents) -> [MetricEvent]) async {
            let now = BackupEvents(
                subject.name, isMachine: subject.vmUUID != nil, repository: target.label, now: context.clock.now())
            if let warning = await context.record(events(now)) { session.warn(warning) }
        }
        do {
            let outcome = try await telling(session, subject.name) { try await creation.run(subject) }
            let isWhole = outcome.failures.isEmpty && skipped(outcome.snapshot).isEmpty
            await note { $0.made(outcome.snapshot, isWhole ? .success : .partial) }
            session.emit(BackupRecord(snapshot: outcome.snapshot, repository: target.label))
            if outcome.salvagedBytes > 0 {
                session.log(
                    "made use of \(ByteCount(UInt64(outcome.salvagedBytes))) that an interrupted run had stored")
            }
            session.note(BackupSentence.of(outcome.snapshot))
            return outcome
        } catch {
            await note { $0.ended(WorkResult(error)) }
            stored.withLock { sum in sum += last.withLock { $0.counters.storedBytes } }
            throw error
        }
    }

    /// Ends within a second when asked to, unless a call to the hypervisor is under way: then it says what it waits for,
    /// because a guest that it froze must not stay so.
    private func telling<Result>(
        _ session: Session, _ name: String, _ work: () async throws -> Result
    ) async rethrows -> Result {
        let watch = Task {
            while !session.isCancelled { try await Task.sleep(for: .milliseconds(100)) }
            try await Task.sleep(for: .milliseconds(800))
            session.note(
                "waiting for the hypervisor to let go of '\(name)'; interrupted again, the next backup does that")
        }
        defer { watch.cancel() }
        return try await work()
    }

    private func options(_ session: Session, atOnce: Int) -> BackupCreation.Options {
        var options = BackupCreation.Options(writer: context.writer)
        options.tags = tags
        options.usesChanges = !readsAll
        options.leavesCheckpoint = leavesCheckpoint
        options.isCancelled = { session.isCancelled }
        options.throttle = throttle
        // Together they use as many threads as one alone would, or one each if they are more.
        if atOnce > 1 { options.workers = max(1, min(Worker.processors, Geometry.workerLimit) / atOnce) }
        return options
    }

    /// Says what is there and what is not.
    private func interruption(
        _ subjects: [any BackupSubject], _ outcomes: [Outcome], storedBytes: UInt64
    ) -> Interruption {
        let missing = zip(subjects, outcomes).filter { (try? $1.get()) == nil }.map { "'\($0.0.name)'" }
        let made = subjects.count - missing.count
        let others = subjects.count > 1 ? "\(made) of \(subjects.count) backups are made; " : ""
        let names = missing.count > 3 ? "\(missing.count) machines" : missing.joined(separator: ", ")
        return Interruption(
            "\(others)\(names) \(missing.count == 1 ? "has" : "have") no new backup; "
                + "\(ByteCount(storedBytes)) were stored, nearly all of which the next run finds again")
    }

    private func skipped(_ snapshot: Snapshot) -> [ItemFailure] {
        snapshot.disks.compactMap { disk in
            guard let reason = disk.skipped_reason, reason != DiskChoice.exclusionReason else { return nil }
            return ItemFailure(
                "\(snapshot.name)/\(disk.target)",
                Fault(
                    .partial, "skipped: \(reason)", hint: "leave it out on purpose with --exclude-disk \(disk.target)"))
        }
    }
}
