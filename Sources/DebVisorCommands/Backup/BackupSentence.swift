import Backups
import CommandKit
import DebVisorCore

/// What a backup does and did, in few words.
enum BackupSentence {
    /// `90 MiB read, 75 MiB changed, 61 MiB new, 41 MiB stored`: behind the figures of all disks. What changed is said
    /// where somebody knows.
    static func of(_ counters: BackupCounters) -> String {
        let changed = counters.changedBytes > 0 ? "\(ByteCount(counters.changedBytes)) changed, " : ""
        return "\(ByteCount(counters.readBytes)) read, \(changed)\(ByteCount(counters.newBytes)) new, "
            + "\(ByteCount(counters.storedBytes)) stored"
    }

    /// `web1: 75 MiB changed, 61 MiB new, 41 MiB stored, 3.1 s`; "read" where all was read.
    static func of(_ snapshot: Snapshot) -> String {
        func sum(_ value: (Snapshot.Disk) -> UInt64) -> ByteCount {
            ByteCount(snapshot.disks.reduce(0) { $0 + value($1) })
        }
        let looked =
            snapshot.mode == "incremental"
            ? "\(sum { $0.changed_bytes ?? $0.read_bytes }) changed" : "\(sum(\.read_bytes)) read"
        let time = UnitText.seconds(snapshot.duration_seconds) ?? "0 s"
        return "\(snapshot.name): \(looked), \(sum(\.new_bytes)) new, \(sum(\.stored_bytes)) stored, \(time)"
    }
}
