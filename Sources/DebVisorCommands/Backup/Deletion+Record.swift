import Backups
import CommandKit

/// What a deletion did.
struct DeletionRecord: Record {
    var backups: [String]
    var freed: Deletion.Freed

    static var fields: [Field<DeletionRecord>] {
        [
            .strings("deleted_backup_ids", "Backups that are gone", column: "DELETED") { $0.backups },
            .int("freed_packs", "Packs that were removed") { $0.freed.packs },
            .bytes("freed_bytes", "Their bytes", column: "FREED BYTES") { $0.freed.bytes },
            .bytes("later_bytes", "Bytes that nothing needs, in packs that must stay for now") { $0.freed.laterBytes },
        ]
    }
}
