package import DebVisorCore
import Hypervisor
import Platform

/// Makes one backup of one subject.
///
/// Order: lease, salvage, index; the subject's instant; data packs, map packs; the record, which alone makes the backup
/// exist; the catalogue.
package struct BackupCreation: Sendable {
    private let repository: Repository
    private let store: BackupStore
    private let host: HostIdentity
    private let clock: any WallClock
    private let options: Options

    package struct Options: Sendable {
        /// Threads that read and compress; nil for one a processor.
        package var workers: Int?
        package var tags: [String: String] = [:]
        /// Read only what changed, where that can be proven.
        package var usesChanges = true
        /// Leave a checkpoint for the next backup.
        package var leavesCheckpoint = true
        /// `debvisor 0.1.0`: noted in the record.
        package var writer: String
        package var isCancelled: @Sendable () -> Bool = { false }
        /// How long a cancelled run waits for a reader that hangs: ended within a second, with the step of the watch.
        package var patience = Duration.milliseconds(600)
        /// Told once the sizes are known: bytes of all disks.
        package var started: @Sendable (UInt64) -> Void = { _ in }
        /// Told from any thread, about once a MiB.
        package var advanced: @Sendable (BackupProgress) -> Void = { _ in }
        /// Holds back whoever reads; shared by all backups that are to stay below its limits together.
        package var throttle: Throttle?

        package init(writer: String) { self.writer = writer }
    }

    package struct Outcome: Sendable {
        package var snapshot: Snapshot
        package var warnings: [String]
        /// What somebody has to see to, although the backup is made.
        package var failures: [Fault]
        /// Bytes that an earlier, interrupted run had written and that were made use of.
        package var salvagedBytes: Int
    }

    package init(
        _ repository: Repository, _ store: BackupStore, host: HostIdentity, clock: any WallClock, options: Options
    ) {
        self.repository = repository
        self.store = store
        self.host = host
        self.clock = clock
        self.options = options
    }

    /// - Throws: `conflict` if the machine is being backed up already, `failed` (no space …), `CancellationError`, and
    ///   what the subject throws. Nothing is listed then; what was stored is found again by the next run.
    package func run(_ subject: any BackupSubject) async throws -> Outcome {
        let started = ContinuousClock.now
        let (lease, salvaged) = try await Worker.run { try begin(subject) }
        do {
            let interruption = Locked<@Sendable () -> Fault?> { nil }
            let run = try await Worker.run {
                try BackupRun(repository, lease: lease, options: engineOptions(interruption))
            }
            let id = ObjectID.random()
            let (opened, record) = try await read(subject, id, run, interruption)
            let snapshot: Snapshot
            do {
                snapshot = try await Worker.run { try commit(record, opened, id, run, subject, since: started) }
            } catch {
                _ = await opened.settle(false)
                throw error
            }
            var warnings = opened.warnings + record.warnings
            warnings += await opened.settle(true)
            do { try store.remember(snapshot, in: repository.id) } catch {
                // The backup exists; the next listing reads its record.
                warnings.append("the catalogue does not list the backup yet: \(error)")
            }
            // Under the lease still. Segments that stay apart only cost look-ups.
            try? await Worker.run { try SegmentMerge(repository).tidy() }
            try? lease.release()
            return Outcome(
                snapshot: snapshot, warnings: warnings, failures: opened.failures, salvagedBytes: salvaged)
        } catch {
            try? lease.release()
            throw error
        }
    }

    /// A subject that has to be let go of ends the reading as a person does.
    private func engineOptions(_ interruption: Locked<@Sendable () -> Fault?>) -> BackupRun.Options {
        let isCancelled = options.isCancelled
        return BackupRun.Options(
            workers: options.workers ?? min(Worker.processors, Geometry.workerLimit),
            isCancelled: { isCancelled() || interruption.withLock { $0 }() != nil }, advanced: options.advanced,
            throttle: options.throttle)
    }

    private func begin(_ subject: any BackupSubject) throws -> (Lease, salvaged: Int) {
        let lease = try Lease.take(
            .write, vmUUIDs: [subject.vmUUID ?? "file:\(subject.name)"], command: "backup create \(subject.name)",
            host: host, in: repository, clock: clock, isClaim: true)
        do {
            try LeaseClaim(lease: lease, repository: repository, host: host, isCancelled: options.isCancelled)
                .settle(subject.name)
            return (lease, try Salvage(repository: repository, host: host).run(own: lease.id).bytes)
        } catch {
            try? lease.release()
            throw error
        }
    }

    /// Reads and stores the subject; lets go of it as soon as its last byte is read.
    private func read(
        _ subject: any BackupSubject, _ id: ObjectID, _ run: BackupRun,
        _ interruption: Locked<@Sendable () -> Fault?>
    ) async throws -> (OpenedSubject, StoredSubject) {
        var opened: OpenedSubject
        do {
            let history = try await Worker.run { try self.history(of: subject, id) }
            opened = try await subject.open(history)
        } catch {
            run.abandon()
            throw error
        }
        do {
            interruption.withLock { $0 = opened.interruption }
            Failpoint.pass("backup.opened")
            options.started(opened.sizeBytes)
            let stored = try await Worker.run(unlessCancelled: options.isCancelled, patience: options.patience) {
                [opened] in
                try store(opened, run)
            }
            // Everything is read: nothing is left to interrupt.
            interruption.withLock { $0 = { nil } }
            let aftermath = await opened.close()
            opened.warnings += aftermath.warnings
            opened.failures = aftermath.failures
            return (opened, stored)
        } catch {
            // What ended the job explains what the readers met.
            let reason = opened.interruption() ?? error
            let aftermath = await opened.close()
            _ = await opened.settle(false)
            run.abandon()
            throw aftermath.joined(to: reason)
        }
    }

    private func history(of subject: any BackupSubject, _ id: ObjectID) throws -> SubjectHistory {
        SubjectHistory(
            backups: try backups(of: subject).own.sorted { $0.sequence > $1.sequence },
            checkpoints: CheckpointNames(repository: repository.id, backup: id), usesChanges: options.usesChanges,
            leavesCheckpoint: options.leavesCheckpoint)
    }

    private func backups(of subject: any BackupSubject) throws -> (all: [Snapshot], own: [Snapshot]) {
        let all = try store.snapshots(of: repository).snapshots
        return (all, all.filter { $0.vm_uuid == subject.vmUUID && (subject.vmUUID != nil || $0.name == subject.name) })
    }

    private struct StoredSubject: Sendable {
        var disks: [Snapshot.Disk] = []
        var blobs: [Snapshot.Blob] = []
        var isIncremental = false
        var wholeReasons: [String]
        var tracking: Snapshot.Tracking?
        var warnings: [String] = []

        /// Notes how a disk was read, and why if it was read whole.
        mutating func note(_ disk: OpenedSubject.Disk, _ outcome: DiskOutcome) {
            if outcome.isIncremental { isIncremental = true }
            guard let doubt = outcome.doubt else { return }
            wholeReasons.append("\(disk.target): \(doubt.reason)")
            guard doubt.isProven else { return }
            warnings.append("disk '\(disk.target)' was read whole: \(doubt.reason)")
            if tracking?.checkpoint == disk.base?.checkpoint { tracking?.disks.removeAll { $0 == disk.target } }
        }
    }

    private func store(_ opened: OpenedSubject, _ run: BackupRun) throws -> StoredSubject {
        var stored = StoredSubject(wholeReasons: opened.wholeReasons, tracking: opened.tracking)
        for disk in opened.disks {
            var record = Snapshot.Disk(
                target: disk.target, format: disk.format, path: disk.path, size_bytes: 0, root: nil, height: nil,
                read_bytes: 0, new_bytes: 0, stored_bytes: 0, skipped_reason: nil)
            record.inode = disk.path.flatMap(FileStatus.inode)
            switch disk.content {
            case .skipped(let reason): record.skipped_reason = reason
            case .source(let source):
                run.begin(disk: disk.target, sizeBytes: source.sizeBytes)
                let result = try run.backUp(source, since: disk.base)
                stored.note(disk, result)
                record.size_bytes = source.sizeBytes
                record.root = result.root.description
                record.height = result.height
                record.read_bytes = result.counters.readBytes
                record.changed_bytes = result.counters.changedBytes
                record.new_bytes = result.counters.newBytes
                record.stored_bytes = result.counters.storedBytes
            }
            stored.disks.append(record)
        }
        stored.blobs = try opened.blobs.map { blob in
            Snapshot.Blob(
                kind: blob.kind, name: blob.name, path: blob.path, mode: blob.status?.mode ?? 0o600,
                uid: blob.status?.userID, gid: blob.status?.groupID, size_bytes: blob.bytes.count,
                chunks: try run.store(blob: blob.bytes).chunks.map(\.description))
        }
        return stored
    }

    private func commit(
        _ stored: StoredSubject, _ opened: OpenedSubject, _ id: ObjectID, _ run: BackupRun,
        _ subject: any BackupSubject,
        since started: ContinuousClock.Instant
    ) throws -> Snapshot {
        try run.finishPacks()
        let (earlier, own) = try backups(of: subject)
        let now = clock.now()
        let time = max(now.milliseconds, (earlier.map(\.time).max() ?? 0) + 1)
        guard Snapshot.times.contains(time) else {
            throw Fault(.attention, "the newest record of the repository has an impossible time", cause: "\(time)")
        }
        let snapshot = Snapshot(
            backup_id: id.description, time: time,
            sequence: (own.map(\.sequence).max() ?? 0) + 1, name: subject.name, vm_uuid: subject.vmUUID,
            host: host.name, writer: options.writer,
            created_at: Snapshot.unused(opened.instant, by: subject.name, among: earlier),
            finished_at: now.description, mode: stored.isIncremental ? "incremental" : "full",
            fallback_reason: stored.wholeReasons.isEmpty ? nil : stored.wholeReasons.joined(separator: "; "),
            consistency: opened.consistency.rawValue,
            parent_backup_id: own.max { $0.sequence < $1.sequence }?.backup_id, tags: options.tags,
            duration_seconds: (ContinuousClock.now - started).seconds, disks: stored.disks, blobs: stored.blobs,
            tracking: stored.tracking)
        try run.lease.checkNotEnded()
        try repository.commit(snapshot)
        return snapshot
    }
}

extension Duration {
    /// Seconds to the millisecond.
    var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds / 1_000_000_000_000_000) / 1000
    }
}
