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

    package func open() async throws -> OpenedSubject {
        // The definition again: between the plan and now the machine may have been started, stopped or changed.
        let definition = try await hypervisor.definition(of: VMName(name))
        let isActive = definition.state.isActive
        let choices = definition.disks.map { ($0, DiskChoice($0, isActive: isActive, excluded: excluded)) }
        let blobs = try await Worker.run { try MachineBlobs.read(definition) }
        let capture = MachineCapture(hypervisor: hypervisor, images: images)
        do {
            let jobDisks = choices.filter { $0.1 == .job }.map(\.0.target)
            if !jobDisks.isEmpty { try await capture.begin(definition.name, disks: jobDisks) }
            let instant = clock.now()
            var disks: [OpenedSubject.Disk] = []
            for (disk, choice) in choices where choice != .empty {
                disks.append(try await capture.open(disk, choice))
            }
            return OpenedSubject(
                disks: disks, blobs: blobs, consistency: isActive ? capture.consistency : .offline, instant: instant,
                warnings: capture.warnings, close: { await capture.close() })
        } catch {
            _ = await capture.close()
            throw error
        }
    }
}

/// What is held open of a machine while its backup runs.
private final class MachineCapture: Sendable {
    private struct State: Sendable {
        var job: (any BackupJob)?
        var sources: [any ClosableBlockSource] = []
    }
    private let hypervisor: any Hypervisor
    private let images: any DiskImages
    private let state = Locked(State())

    init(hypervisor: any Hypervisor, images: any DiskImages) {
        self.hypervisor = hypervisor
        self.images = images
    }

    private var job: (any BackupJob)? { state.withLock { $0.job } }
    var consistency: BackupConsistency { job?.consistency ?? .crash }
    var warnings: [String] { job?.warnings ?? [] }

    func begin(_ name: VMName, disks: [String]) async throws {
        let job = try await hypervisor.beginBackup(of: name, disks: disks, quiesce: true, tracking: nil)
        state.withLock { $0.job = job }
    }

    func open(_ disk: MachineDisk, _ choice: DiskChoice) async throws -> OpenedSubject.Disk {
        let path = try await path(of: disk)
        func opened(_ content: OpenedSubject.Disk.Content) -> OpenedSubject.Disk {
            OpenedSubject.Disk(target: disk.target, format: disk.format ?? "raw", path: path, content: content)
        }
        switch choice {
        case .empty: return opened(.skipped("no medium"))
        case .excluded: return opened(.skipped(DiskChoice.exclusionReason))
        case .skipped(let reason): return opened(.skipped(reason))
        case .job:
            guard let export = job?.exports.first(where: { $0.target == disk.target }) else {
                throw Fault(.failed, "the backup job does not offer disk '\(disk.target)'")
            }
            return opened(.source(try await keep { [images] in try images.open(export: export) }))
        case .image:
            guard let path else { throw Fault(.failed, "disk '\(disk.target)' has no path on this host") }
            return opened(
                .source(try await keep { [images] in try images.open(path: path, format: disk.format ?? "raw") }))
        }
    }

    private func keep(_ open: @escaping @Sendable () throws -> any ClosableBlockSource) async throws -> any BlockSource
    {
        let source = try await Worker.run(open)
        state.withLock { $0.sources.append(source) }
        return source
    }

    private func path(of disk: MachineDisk) async throws -> String? {
        if case .volume(let pool, let name) = disk.source {
            return try await hypervisor.poolDirectory(pool) + "/" + name
        }
        return disk.path
    }

    func close() async -> [String] {
        let (job, sources) = state.withLock { state in
            defer { state = State() }
            return (state.job, state.sources)
        }
        for source in sources { source.close() }
        do {
            try await job?.end()
            return []
        } catch {
            return ["the backup job did not end cleanly: \(error)"]
        }
    }
}
