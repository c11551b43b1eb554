import Backups
import CommandKit
import DebVisorCore
import Hypervisor

/// Backs up one subject after another: what fails does not keep the others from being backed up.
struct BackupWork: Sendable {
    let context: AppContext
    let target: OpenRepository
    let tags: [String: String]
    let readsAll: Bool
    let leavesCheckpoint: Bool

    func run(_ subjects: [any BackupSubject], _ session: Session) async throws -> Report {
        var records: [BackupRecord] = []
        var failures: [ItemFailure] = []
        var warnings: [String] = []
        for subject in subjects {
            do {
                let outcome = try await back(up: subject, session)
                let record = BackupRecord(snapshot: outcome.snapshot, repository: target.label)
                records.append(record)
                session.emit(record)
                warnings += outcome.warnings.map { "\(subject.name): \($0)" }
                failures += skipped(outcome.snapshot)
            } catch is CancellationError {
                throw interruption(subject, made: records.count, of: subjects.count)
            } catch {
                // With one subject its own error and status tell more than "some items failed".
                if subjects.count == 1 { throw error }
                failures.append(ItemFailure(subject.name, error))
            }
        }
        var report = Report.list(records).failing(failures)
        report.warnings = warnings
        report.wasEmitted = true
        return report
    }

    private func back(up subject: any BackupSubject, _ session: Session) async throws -> BackupCreation.Outcome {
        let progress = session.progress("backing up \(subject.name)")
        defer { progress.finish() }
        var options = BackupCreation.Options(writer: context.writer)
        options.tags = tags
        options.usesChanges = !readsAll
        options.leavesCheckpoint = leavesCheckpoint
        options.isCancelled = { session.isCancelled }
        options.started = { progress.expect($0) }
        options.advanced = { progress.advance(to: $0) }
        let creation = BackupCreation(
            target.repository, target.store, host: context.host, clock: context.clock, options: options)
        let outcome = try await creation.run(subject)
        if outcome.salvagedBytes > 0 {
            session.log("made use of \(ByteCount(UInt64(outcome.salvagedBytes))) that an interrupted run had stored")
        }
        return outcome
    }

    /// Says what is there and what is not.
    private func interruption(_ subject: any BackupSubject, made: Int, of all: Int) -> Interruption {
        let others = all > 1 ? "\(made) of \(all) backups are made; " : ""
        return Interruption(
            "\(others)'\(subject.name)' has no new backup; what was stored is found again by the next run")
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
