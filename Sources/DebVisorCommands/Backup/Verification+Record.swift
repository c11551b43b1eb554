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
        ]
    }
}

extension Verification.Damage {
    /// `vda: 64 KiB at byte 4194304: the chunk is not in any pack`.
    var text: String {
        let place = range.map { "\(ByteCount($0.upperBound - $0.lowerBound)) at byte \($0.lowerBound): " } ?? ""
        return "\(part): \(place)\(reason)"
    }
}

struct DamageRecord: Record {
    var damage: Verification.Damage

    static var fields: [Field<DamageRecord>] {
        [
            .string("part", "Disk, or small file") { $0.damage.part },
            .int("offset_bytes", "First byte of the disk that is lost") { $0.damage.range?.lowerBound },
            .int("length_bytes", "How many bytes") { $0.damage.range.map { $0.upperBound - $0.lowerBound } },
            .string("reason", "Why") { $0.damage.reason },
        ]
    }
}
