package import DebVisorCore
package import Hypervisor
import Platform

/// What checkpoints and bitmaps machines carry, and which of them the next backup into one repository builds on.
package struct CheckpointSurvey: Sendable {
    package enum State: String, Sendable, CaseIterable {
        /// The next backup builds on it.
        case used
        /// Ours, and nothing builds on it: a backup that was killed or deleted left it.
        case unused
        /// A bitmap that a disk still records though no checkpoint names it: a migration leaves such.
        case lost
        /// For the backups into another repository.
        case elsewhere
        /// Not ours.
        case foreign
    }

    package struct Finding: Sendable {
        package var machine: VMName
        package var checkpoint: String
        package var state: State
        /// Seconds since 1970; nil for a lost bitmap.
        package var createdAt: Int64?
        /// Targets of the disks that record.
        package var disks: [String]
        /// The backup that shows its instant.
        package var backup: String?
        /// The image that holds a lost bitmap.
        var imagePath: String?
    }

    private let repository: Repository
    private let snapshots: [Snapshot]
    private let hypervisor: any Hypervisor
    private let images: any DiskImages

    /// - Parameter snapshots: every backup in the repository.
    package init(
        _ repository: Repository, _ snapshots: [Snapshot], hypervisor: any Hypervisor, images: any DiskImages
    ) {
        self.repository = repository
        self.snapshots = snapshots
        self.hypervisor = hypervisor
        self.images = images
    }

    private var prefix: String { CheckpointNames.prefix(of: repository.id) }

    /// Every checkpoint of a machine, and bitmaps of ours that none names.
    package func findings(of machine: Machine) async throws -> [Finding] {
        let checkpoints = try await hypervisor.checkpoints(of: machine.name)
        let backups = backups(of: machine)
        let names = Set(checkpoints.map(\.name))
        let used = backups.compactMap(\.tracking?.checkpoint).first { names.contains($0) }
        let known = checkpoints.map { checkpoint in
            Finding(
                machine: machine.name, checkpoint: checkpoint.name, state: state(of: checkpoint.name, used: used),
                createdAt: checkpoint.createdAt, disks: checkpoint.bitmaps.keys.sorted(),
                backup: backups.last { $0.tracking?.checkpoint == checkpoint.name }?.reference)
        }
        return known + (try await lostBitmaps(of: machine, besides: checkpoints))
    }

    /// Removes what is unused or lost of one machine. - Returns: what is gone.
    package func prune(_ machine: Machine) async throws -> [Finding] {
        var removed: [Finding] = []
        for finding in try await findings(of: machine) where finding.state == .unused {
            _ = try await hypervisor.removeCheckpoint(finding.checkpoint, of: machine.name)
            removed.append(finding)
        }
        // Again: the images of a machine that is off keep the bitmaps of a checkpoint that went.
        let found = try await findings(of: machine)
        for finding in found where finding.state == .lost {
            let isOneMore = !removed.contains { $0.checkpoint == finding.checkpoint }
            if try await remove(lost: finding, of: machine), isOneMore { removed.append(finding) }
        }
        if machine.state.isActive { removed += try await removeMemorised(of: machine, besides: found) }
        return removed
    }

    private func remove(lost finding: Finding, of machine: Machine) async throws -> Bool {
        if machine.state.isActive {
            return try await hypervisor.removeLostBitmap(finding.checkpoint, of: machine.name, disks: finding.disks)
        }
        guard let path = finding.imagePath else { return false }
        try await Worker.run { [images] in try images.removeBitmap(finding.checkpoint, from: path) }
        return true
    }

    /// A running QEMU writes bitmaps to its images when it ends; until then only our records know their names.
    private func removeMemorised(of machine: Machine, besides found: [Finding]) async throws -> [Finding] {
        let known = Set(found.map(\.checkpoint))
        var removed: [Finding] = []
        for backup in backups(of: machine).prefix(10) {
            guard let tracking = backup.tracking, !known.contains(tracking.checkpoint),
                !removed.contains(where: { $0.checkpoint == tracking.checkpoint }),
                try await hypervisor.removeLostBitmap(tracking.checkpoint, of: machine.name, disks: tracking.disks)
            else { continue }
            removed.append(
                Finding(
                    machine: machine.name, checkpoint: tracking.checkpoint, state: .lost, createdAt: nil,
                    disks: tracking.disks, backup: backup.reference))
        }
        return removed
    }

    /// Newest first.
    private func backups(of machine: Machine) -> [Snapshot] {
        snapshots.filter { $0.vm_uuid == machine.uuid }.sorted { $0.sequence > $1.sequence }
    }

    private func state(of name: String, used: String?) -> State {
        if name == used { return .used }
        if name.hasPrefix(prefix) { return .unused }
        return name.hasPrefix(CheckpointNames.program) ? .elsewhere : .foreign
    }

    private func lostBitmaps(of machine: Machine, besides checkpoints: [MachineCheckpoint]) async throws -> [Finding] {
        let named = Set(checkpoints.flatMap(\.bitmaps.values))
        let prefix = prefix
        return try await Worker.run { [images] in
            machine.disks.filter(\.canRecordChanges).flatMap { disk -> [Finding] in
                guard let path = disk.path, let info = try? images.inspect(path: path, format: disk.format) else {
                    return []
                }
                return info.bitmaps.map(\.name).filter { $0.hasPrefix(prefix) && !named.contains($0) }.map {
                    Finding(
                        machine: machine.name, checkpoint: $0, state: .lost, createdAt: nil, disks: [disk.target],
                        backup: nil, imagePath: path)
                }
            }
        }
    }
}
