package import DebVisorCore
package import Hypervisor
import Platform

/// A virtual machine: a running one through a backup job over all its disks, one that is off through its images.
package struct MachineSubject: BackupSubject {
    package let name: String
    private let uuid: String
    private let excluded: Set<String>
    private let hypervisor: any Hypervisor
    private let images: any DiskImages
    private let clock: any WallClock

    package var vmUUID: String? { uuid }

    /// - Parameter excluded: targets of disks to leave out.
    package init(
        _ machine: Machine, excluding excluded: Set<String>, hypervisor: any Hypervisor, images: any DiskImages,
        clock: any WallClock
    ) {
        name = machine.name.text
        uuid = machine.uuid
        self.excluded = excluded
        self.hypervisor = hypervisor
        self.images = images
        self.clock = clock
    }

    package func open(_ history: SubjectHistory) async throws -> OpenedSubject {
        // The definition again: between the plan and now the machine may have been started, stopped or changed.
        let definition = try await hypervisor.definition(of: VMName(name))
        let isActive = definition.state.isActive
        let choices = definition.disks.map { ($0, DiskChoice($0, isActive: isActive, excluded: excluded)) }
        let blobs = try await Worker.run { try MachineBlobs.read(definition) }
        let chain = CheckpointChain(hypervisor: hypervisor, images: images, machine: definition.name, history: history)
        let (plan, notes) = try await chain.plan(choices, isActive: isActive)
        let capture = MachineCapture(hypervisor: hypervisor, images: images, plan: plan)
        do {
            let jobDisks = choices.filter { $0.1 == .job }.map(\.0)
            if !jobDisks.isEmpty {
                try await capture.begin(
                    definition.name, disks: jobDisks.map(\.target), tracking: chain.tracking(jobDisks, plan))
            }
            let instant = clock.now()
            var disks: [OpenedSubject.Disk] = []
            for (disk, choice) in choices where choice != .empty {
                disks.append(try await capture.open(disk, choice))
            }
            let began = capture.checkpoint
            return OpenedSubject(
                disks: disks, blobs: blobs, consistency: isActive ? capture.consistency : .offline, instant: instant,
                warnings: notes + capture.warnings, tracking: capture.tracking, wholeReasons: capture.wholeReasons,
                settle: { await chain.settle(began: began, isCommitted: $0) },
                interruption: { capture.interruption }, close: { await capture.close() })
        } catch {
            let (began, reason) = (capture.checkpoint, capture.interruption)
            let aftermath = await capture.close()
            _ = await chain.settle(began: began, isCommitted: false)
            throw aftermath.joined(to: reason ?? error)
        }
    }
}

/// What is held open of a machine while its backup runs.
private final class MachineCapture: Sendable {
    private struct State: Sendable {
        var job: (any BackupJob)?
        var recording: [String] = []
        var sources: [any ClosableBlockSource] = []
        var reasons: [String]
    }
    private let hypervisor: any Hypervisor
    private let images: any DiskImages
    private let plan: ChangePlan
    private let state: Locked<State>

    init(hypervisor: any Hypervisor, images: any DiskImages, plan: ChangePlan) {
        self.hypervisor = hypervisor
        self.images = images
        self.plan = plan
        state = Locked(State(reasons: plan.reasons))
    }

    private var job: (any BackupJob)? { state.withLock { $0.job } }
    var consistency: BackupConsistency { job?.consistency ?? .crash }
    var warnings: [String] { job?.warnings ?? [] }
    var wholeReasons: [String] { state.withLock { $0.reasons } }
    var interruption: Fault? { job?.interruption }
    /// The checkpoint that began with the job.
    var checkpoint: String? { job?.checkpoint }

    /// What the next backup can build on.
    var tracking: Snapshot.Tracking? {
        guard let job else { return plan.carriedTracking }
        guard let checkpoint = job.checkpoint else { return nil }
        return Snapshot.Tracking(
            checkpoint: checkpoint, disks: state.withLock { $0.recording }, start_id: plan.startID)
    }

    func begin(_ name: VMName, disks: [String], tracking: ChangeTracking?) async throws {
        let job = try await hypervisor.beginBackup(of: name, disks: disks, quiesce: true, tracking: tracking)
        state.withLock { state in
            state.job = job
            state.recording = tracking?.disks.sorted() ?? []
            if let problem = job.trackingProblem { state.reasons.append(problem) }
        }
    }

    func open(_ disk: MachineDisk, _ choice: DiskChoice) async throws -> OpenedSubject.Disk {
        let path = try await path(of: disk)
        let base = plan.bases[disk.target]
        func opened(_ content: OpenedSubject.Disk.Content) -> OpenedSubject.Disk {
            OpenedSubject.Disk(
                target: disk.target, format: disk.format ?? "raw", path: path, content: content, base: base)
        }
        switch choice {
        case .empty: return opened(.skipped("no medium"))
        case .excluded: return opened(.skipped(DiskChoice.exclusionReason))
        case .skipped(let reason): return opened(.skipped(reason))
        case .job:
            guard let export = job?.exports.first(where: { $0.target == disk.target }) else {
                throw Fault(.failed, "the backup job does not offer disk '\(disk.target)'")
            }
            return opened(
                .source(
                    try await keep(disk, changes: { [images] in try images.open(export: export) }) { [images] in
                        try images.open(export: export.withoutBitmap)
                    }))
        case .image:
            guard let path else { throw Fault(.failed, "disk '\(disk.target)' has no path on this host") }
            let (format, bitmaps) = (disk.format ?? "raw", plan.bitmaps[disk.target] ?? [])
            return opened(
                .source(
                    try await keep(
                        disk,
                        changes: { [images] in try images.open(path: path, format: format, changesIn: bitmaps) },
                        whole: { [images] in try images.open(path: path, format: format) })))
        }
    }

    /// Opens with the disk's changes; without them if its bitmap turns out to tell nothing.
    private func keep(
        _ disk: MachineDisk, changes: @escaping @Sendable () throws -> any ClosableBlockSource,
        whole: @escaping @Sendable () throws -> any ClosableBlockSource
    ) async throws -> any BlockSource {
        let source: any ClosableBlockSource
        do { source = try await Worker.run(changes) } catch let fault as Fault where fault.kind == .attention {
            state.withLock { $0.reasons.append("\(disk.target): \(fault.message)") }
            source = try await Worker.run(whole)
        }
        state.withLock { $0.sources.append(source) }
        return source
    }

    private func path(of disk: MachineDisk) async throws -> String? {
        if case .volume(let pool, let name) = disk.source {
            return try await hypervisor.poolDirectory(pool) + "/" + name
        }
        return disk.path
    }

    func close() async -> Aftermath {
        let (job, sources) = state.withLock { state in
            defer { state = State(reasons: state.reasons) }
            return (state.job, state.sources)
        }
        for source in sources { source.close() }
        return await job?.end() ?? Aftermath()
    }
}
