import Backups
import CommandKit
import DebVisorCore

/// A registered repository as it is printed.
struct RepositoryRecord: Record {
    var repository: RegisteredRepository
    /// nil where nobody looked: a list does not, for one place that hangs would keep it from showing the others.
    var usage: RepositoryUsage?

    static var fields: [Field<RepositoryRecord>] {
        [
            .string("name", "Its name on this host") { $0.repository.name },
            .string("path", "Where it lies") { $0.repository.path },
            .string("repository_id", "Its id", column: .none) { $0.repository.id.description },
            .bool("encrypted", "Whether its content is encrypted") { $0.repository.encrypted },
            .string("key_file", "Where its key file is", column: .none) { $0.repository.keyFile },
            .string("password_file", "Where its password file is", column: .none) { $0.repository.passwordFile },
            .bool("is_default", "Whether it is used when none is named", column: "DEFAULT") { $0.repository.isDefault },
            .timestamp("registered_at", "When this host got to know it", column: .none) {
                $0.repository.registeredAt.milliseconds
            },
            .bool("available", "Whether it is there now", column: .none) { $0.usage?.isAvailable },
            .int("backups", "How many backups it holds", column: .none) { $0.usage?.backups },
            .bytes("stored_bytes", "Bytes of its packs", column: .none) { $0.usage?.packBytes },
            .bytes("free_bytes", "Bytes free on its file system", column: .none) { $0.usage?.freeBytes },
        ]
    }
}
