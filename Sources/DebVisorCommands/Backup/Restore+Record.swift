import Backups
import CommandKit
import DebVisorCore

/// What a restore did.
struct RestoreRecord: Record {
    var plan: RestorePlan
    var holes: [Loss]
    var writtenBytes: UInt64
    var started: Bool
    var seconds: Double

    static var fields: [Field<RestoreRecord>] {
        [
            .string("backup_id", "Id of the backup", column: .none) { $0.plan.request.snapshot.backup_id },
            .string("reference", "NAME@TIME", column: "BACKUP") { $0.plan.request.snapshot.reference },
            .string("name", "What was restored is called") { $0.plan.name },
            .string("vm_uuid", "UUID of the machine; unknown for a file", column: .none) { $0.plan.uuid },
            .bytes("written_bytes", "Bytes written, holes left out") { $0.writtenBytes },
            .seconds("duration_seconds", "How long it took") { $0.seconds },
            .bool("defined", "Whether the machine was defined") { $0.plan.request.define },
            .bool("started", "Whether it was started") { $0.started },
            .records("disks", "The restored disks") { $0.plan.disks.map(RestoredDiskRecord.init) },
            .records("holes", "What could not be given back (with --allow-holes)") { $0.holes.map(HoleRecord.init) },
        ]
    }
}

struct RestoredDiskRecord: Record {
    var disk: RestorePlan.Disk

    static var fields: [Field<RestoredDiskRecord>] {
        [
            .string("target", "The guest's name of the disk") { $0.disk.record.target },
            .string("format", "Format of the image") { $0.disk.format },
            .bytes("size_bytes", "Size of the disk") { $0.disk.record.size_bytes },
            .string("path", "Where it is now") { $0.disk.path },
        ]
    }
}
