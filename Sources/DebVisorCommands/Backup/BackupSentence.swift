import Backups
import CommandKit
import DebVisorCore

/// What a backup does and did, in few words.
enum BackupSentence {
    /// `vda 34%, 75 MiB read, 61 MiB new, 41 MiB stored`: behind the figures of all disks.
    static func of(_ progress: BackupProgress) -> String {
        let counters = progress.counters
        let share = progress.diskSize == 0 ? 100 : min(100, Double(progress.diskDone) / Double(progress.diskSize) * 100)
        return "\(progress.disk) \(Int(share))%, \(ByteCount(counters.readBytes)) read, "
            + "\(ByteCount(counters.newBytes)) new, \(ByteCount(counters.storedBytes)) stored"
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
