import Backups
import CommandKit
import DebVisorCore

/// What a restore left out.
struct HoleRecord: Record {
    var loss: Loss
    static var fields: [Field<HoleRecord>] { Loss.fields { $0.loss } }
}

/// What a check found, which looks at all backups.
struct DamageRecord: Record {
    var loss: Loss

    static var fields: [Field<DamageRecord>] {
        Loss.fields { $0.loss } + [
            .strings("shared_by", "Other backups that have lost the same, as NAME@TIME, oldest first") {
                $0.loss.sharedBy
            }
        ]
    }
}

extension Loss {
    fileprivate static func fields<Owner: Record>(_ loss: @escaping @Sendable (Owner) -> Loss) -> [Field<Owner>] {
        [
            .string("part", "Disk, or small file") { loss($0).part },
            .int("offset_bytes", "First byte of the disk that is lost") { loss($0).range?.lowerBound },
            .int("length_bytes", "How many bytes") { loss($0).range.map { $0.upperBound - $0.lowerBound } },
            .string("reason", "Why") { loss($0).reason.description },
        ]
    }

    /// `vda: 64 KiB at byte 4194304: no pack holds it; db1@2026-11-24T03:00:00Z has lost it too`.
    var damageText: String {
        let place = range.map { "\(ByteCount($0.upperBound - $0.lowerBound)) at byte \($0.lowerBound): " } ?? ""
        let others: String =
            switch sharedBy.count {
            case 0: ""
            case 1: "; \(sharedBy[0]) has lost it too"
            default: "; \(sharedBy.count) other backups have lost it too, the newest is \(sharedBy[sharedBy.count - 1])"
            }
        return "\(part): \(place)\(reason)\(others)"
    }

    /// `64 KiB at byte 4194304 are lost and read as zeros`.
    var holeText: String {
        guard let range else { return "it is lost and was left out" }
        return "\(ByteCount(UInt64(range.count))) at byte \(range.lowerBound) are lost and read as zeros"
    }
}
