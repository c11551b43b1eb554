import Backups
import CommandKit
import DebVisorCore

/// A backup as it is printed.
struct BackupRecord: Record {
    var snapshot: Snapshot
    /// Name or path of the repository it is in.
    var repository: String

    static var fields: [Field<BackupRecord>] {
        [
            .string("backup_id", "Id of the backup", column: .none) { $0.snapshot.backup_id },
            .string("reference", "NAME@TIME, to name it on a command line", column: "BACKUP") { $0.snapshot.reference },
            .string("name", "Name of the machine or file", column: .none) { $0.snapshot.name },
            .string("vm_uuid", "UUID of the machine; unknown for a file", column: .none) { $0.snapshot.vm_uuid },
            .string("repository", "Repository it is in", column: .none) { $0.repository },
            .timestamp("created_at", "The instant that the disks show") { time($0.snapshot.created_at) },
            .timestamp("finished_at", "When it was complete", column: .none) { time($0.snapshot.finished_at) },
            .choice("mode", "Whether all was read, or only what had changed") { Mode(rawValue: $0.snapshot.mode) },
            .string("fallback_reason", "Why all was read where less would do", column: .none) {
                $0.snapshot.fallback_reason
            },
            .choice("consistency", "Whether the guest's file systems were frozen, or the machine was off") {
                Consistency(rawValue: $0.snapshot.consistency)
            },
            .string("parent_backup_id", "Previous backup of the same machine", column: .none) {
                $0.snapshot.parent_backup_id
            },
            .string("checkpoint", "Checkpoint since which the machine records changes", column: .none) {
                $0.snapshot.tracking?.checkpoint
            },
            .map("tags", "What was noted with --tag", column: .none) { $0.snapshot.tags },
            .bytes("size_bytes", "Size of its disks") { sum($0, \.size_bytes) },
            .bytes("read_bytes", "Bytes read, holes left out", column: .none) { sum($0, \.read_bytes) },
            .bytes("changed_bytes", "Bytes of the disks looked at because they may have changed", column: .none) {
                sum($0) { $0.changed_bytes ?? $0.read_bytes }
            },
            .bytes("new_bytes", "Of those, not in the repository before", column: .none) { sum($0, \.new_bytes) },
            .bytes("stored_bytes", "Written for them, compressed and encrypted") { sum($0, \.stored_bytes) },
            .seconds("duration_seconds", "How long it took", column: .none) { $0.snapshot.duration_seconds },
            .records("disks", "Its disks") { $0.snapshot.disks.map(BackupDiskRecord.init) },
        ]
    }

    enum Mode: String, CaseIterable { case full, incremental }
    enum Consistency: String, CaseIterable { case application, crash, offline }

    private static func sum(_ record: BackupRecord, _ value: (Snapshot.Disk) -> UInt64) -> UInt64 {
        record.snapshot.disks.reduce(0) { $0 + value($1) }
    }

    private static func time(_ text: String) -> Int64? { Timestamp(rfc3339: text)?.milliseconds }
}

struct BackupDiskRecord: Record {
    var disk: Snapshot.Disk

    static var fields: [Field<BackupDiskRecord>] {
        [
            .string("target", "The guest's name of the disk") { $0.disk.target },
            .string("format", "Format of the image") { $0.disk.format },
            .bytes("size_bytes", "Size of the disk") { $0.disk.size_bytes },
            .bytes("read_bytes", "Bytes read, holes left out") { $0.disk.read_bytes },
            .bytes("changed_bytes", "Bytes looked at because they may have changed") {
                $0.disk.changed_bytes ?? $0.disk.read_bytes
            },
            .bytes("new_bytes", "Of those, not in the repository before") { $0.disk.new_bytes },
            .bytes("stored_bytes", "Written for them, compressed and encrypted") { $0.disk.stored_bytes },
            .string("skipped_reason", "Why it was left out", column: "SKIPPED") { $0.disk.skipped_reason },
        ]
    }
}
