import Backups
import CommandKit
import DebVisorCore

/// One backup and whether it can be given back.
struct VerificationRecord: Record {
    var finding: Verification.Finding

    enum Status: String, CaseIterable { case good, damaged }

    static var fields: [Field<VerificationRecord>] {
        [
            .string("backup_id", "Id of the backup", column: .none) { $0.finding.snapshot.backup_id },
            .string("reference", "NAME@TIME", column: "BACKUP") { $0.finding.snapshot.reference },
            .string("name", "Name of the machine or file", column: .none) { $0.finding.snapshot.name },
            .choice("status", "Whether it can be restored whole") {
                $0.finding.damages.isEmpty ? Status.good : .damaged
            },
            .records("damages", "What can no longer be restored", column: .automatic) {
                $0.finding.damages.map(DamageRecord.init)
            },
            .string(
                "clean_backup", "If it is damaged: the nearest backup of the same machine that is not, as NAME@TIME",
                column: .none
            ) { $0.finding.cleanBackup?.reference },
        ]
    }
}
