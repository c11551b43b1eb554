import Backups
import CommandKit
import DebVisorCore

/// A checkpoint of a machine, and who builds on it.
struct CheckpointRecord: Record {
    var finding: CheckpointSurvey.Finding

    static var fields: [Field<CheckpointRecord>] {
        [
            .string("vm_name", "Machine", column: "VM") { $0.finding.machine.text },
            .string("checkpoint", "Name of the checkpoint or bitmap") { $0.finding.checkpoint },
            .choice("state", "Whether the next backup builds on it, and if not, what it is") { $0.finding.state },
            .timestamp("created_at", "When it began; unknown for a lost bitmap") {
                $0.finding.createdAt.map { $0 * 1000 }
            },
            .strings("disks", "Disks whose images record changes for it") { $0.finding.disks },
            .string("backup", "Backup that shows its instant") { $0.finding.backup },
        ]
    }
}
