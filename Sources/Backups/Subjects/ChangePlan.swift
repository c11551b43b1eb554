import DebVisorCore
import Hypervisor
import Platform

/// Which disks of a machine need be read only where they changed since an earlier backup, and why not the others.
///
/// A chain of bitmaps is a hint with a proof: the earlier backup is there and of the same image, the hypervisor still
/// has its checkpoint, and QEMU vouches for the bitmap (it marks one as in use while the machine runs, so one that a
/// crash or a power cut left is known). Whatever is missing, the disk is read whole, and the reason is recorded.
struct ChangePlan: Sendable {
    /// Target → what the disk builds on.
    var bases: [String: DiskBase] = [:]
    /// The checkpoint since which changes count, and the record that shows its instant.
    var checkpoint: MachineCheckpoint?
    var tracking: Snapshot.Tracking?
    /// Target → bitmaps that together mark the changes, for a machine that is off.
    var bitmaps: [String: [String]] = [:]
    /// Our checkpoints for this repository that nothing builds on.
    var useless: [String] = []
    var startID: String?
    var reasons: [String] = []

    typealias Choice = (disk: MachineDisk, choice: DiskChoice)

    /// - Parameter checkpoints: of the machine, parents first.
    init(
        _ choices: [Choice], _ history: SubjectHistory, checkpoints: [MachineCheckpoint], startID: String?,
        isActive: Bool, images: any DiskImages
    ) {
        self.startID = startID
        let names = Set(checkpoints.map(\.name))
        let base = history.backups.first { $0.tracking.map { names.contains($0.checkpoint) } ?? false }
        useless = checkpoints.map(\.name).filter {
            $0.hasPrefix(history.checkpoints.prefix) && $0 != base?.tracking?.checkpoint
        }
        guard history.usesChanges else {
            reasons = ["all was asked for"]
            return
        }
        guard let base, let tracking = base.tracking,
            let index = checkpoints.firstIndex(where: { $0.name == tracking.checkpoint })
        else {
            reasons = [Self.reason(withoutBase: history)]
            return
        }
        checkpoint = checkpoints[index]
        self.tracking = tracking
        for (disk, choice) in choices where choice == .job || choice == .image && !isActive {
            do {
                let recorded = try Self.recorded(disk, in: base)
                if choice == .image {
                    bitmaps[disk.target] = try Self.bitmaps(of: disk, since: checkpoints[index...], images)
                }
                bases[disk.target] = DiskBase(
                    root: recorded.root, height: recorded.height, sizeBytes: recorded.size,
                    checkpoint: tracking.checkpoint)
            } catch {
                reasons.append("\(disk.target): \(error.reason)")
            }
        }
    }

    /// What the next backup can build on if no new checkpoint begins: the same as this one.
    var carriedTracking: Snapshot.Tracking? {
        guard var tracking, !bases.isEmpty else { return nil }
        tracking.disks = bases.keys.sorted()
        return tracking
    }

    private static func reason(withoutBase history: SubjectHistory) -> String {
        guard let newest = history.backups.first else { return "this is the first backup of the machine here" }
        guard let tracking = newest.tracking else { return "no checkpoint began with the previous backup" }
        return "checkpoint \(tracking.checkpoint) of the previous backup is gone, as after a migration"
    }

    private static func recorded(
        _ disk: MachineDisk, in base: Snapshot
    ) throws(ChangeDoubt) -> (root: ObjectID, height: Int, size: UInt64) {
        guard disk.canRecordChanges else {
            throw ChangeDoubt(reason: "an image of format \(disk.format ?? "raw") does not record changes")
        }
        guard base.tracking?.disks.contains(disk.target) == true,
            let recorded = base.disks.first(where: { $0.target == disk.target }), let root = recorded.rootID,
            let height = recorded.height
        else { throw ChangeDoubt(reason: "its changes were not recorded since the previous backup") }
        guard recorded.path == disk.path, recorded.inode == disk.path.flatMap(FileStatus.inode) else {
            throw ChangeDoubt(reason: "its image is another one now")
        }
        return (root, height, recorded.size_bytes)
    }

    /// The bitmaps of a disk whose machine is off: those of the checkpoint and of all that began after it.
    private static func bitmaps(
        of disk: MachineDisk, since chain: ArraySlice<MachineCheckpoint>, _ images: any DiskImages
    ) throws(ChangeDoubt) -> [String] {
        let names = chain.compactMap { $0.bitmaps[disk.target] }
        guard chain.first?.bitmaps[disk.target] != nil, let path = disk.path,
            let info = try? images.inspect(path: path, format: disk.format)
        else { throw ChangeDoubt(reason: "its image has no bitmap") }
        guard info.backingPath == nil else { throw ChangeDoubt(reason: "there is an image below its own") }
        for name in names {
            guard let bitmap = info.bitmaps.first(where: { $0.name == name }) else {
                throw ChangeDoubt(reason: "bitmap \(name) is not in its image, as after a power cut")
            }
            if bitmap.isInUse {
                throw ChangeDoubt(reason: "its bitmap is broken, as after a power cut")
            }
        }
        return names
    }
}

extension MachineDisk {
    /// Whether its image can hold a bitmap.
    var canRecordChanges: Bool { format == "qcow2" }
}
