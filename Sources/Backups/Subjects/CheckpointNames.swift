/// Names of checkpoints: `debvisor-REPOSITORY-BACKUP`, so that backups into several repositories never take another's.
package struct CheckpointNames: Sendable, Equatable {
    /// What the names of all of one repository's begin with.
    package let prefix: String
    /// The one that this run begins.
    package let own: String

    init(repository: ObjectID, backup: ObjectID) {
        prefix = Self.prefix(of: repository)
        own = prefix + backup.description.prefix(16)
    }

    static func prefix(of repository: ObjectID) -> String { "\(program)\(repository.description.prefix(12))-" }

    /// What the names of all of ours begin with.
    package static let program = "debvisor-"
}
