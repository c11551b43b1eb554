import DebVisorCore
import Platform

/// What a repository takes, as its directory tells without any key.
package struct RepositoryUsage: Sendable {
    package var isAvailable: Bool
    package var backups: Int?
    package var packs: Int?
    package var packBytes: UInt64?
    /// Bytes free on its file system.
    package var freeBytes: UInt64?

    /// - Throws: `denied`.
    package init(of path: String) throws {
        isAvailable = Directory.exists(path + "/format")
        guard isAvailable else { return }
        let directory = RepositoryDirectory(path)
        backups = try directory.list("snapshots").count
        let ids = try directory.packs()
        packs = ids.count
        packBytes = try ids.reduce(0) { sum, id in sum + UInt64(try File(directory.packPath(id), .read).size) }
        freeBytes = try Directory.freeBytes(at: path)
    }
}

/// Removes a repository with every backup in it.
package enum RepositoryRemoval {
    /// - Throws: `conflict` if it is another repository than the one meant, or somebody works on it. Blocks.
    package static func run(at path: String, id: ObjectID) throws {
        guard try Repository.identify(path).id == id else {
            throw Fault(.conflict, "'\(path)' is not the repository that was registered", hint: "nothing was removed")
        }
        let directory = RepositoryDirectory(path)
        for name in try directory.list("leases") {
            let file = try File(directory.path(of: "leases/\(name)"), .readWrite)
            guard try file.tryLock() else {
                throw Fault(
                    .conflict, "somebody works on the repository '\(path)'",
                    hint: "wait for it to end; nothing was removed")
            }
        }
        // First: without it nobody takes the rest for a repository.
        try directory.remove("format")
        for folder in RepositoryDirectory.folders { try remove(directory.path(of: folder)) }
        try directory.remove("reserve")
        // What is not ours stays, and the directory with it.
        if try Directory.names(in: path).isEmpty { try Directory.removeDirectory(path) }
    }

    private static func remove(_ folder: String) throws {
        guard Directory.isDirectory(folder) else { return }
        for name in try Directory.names(in: folder) {
            let path = "\(folder)/\(name)"
            if Directory.isDirectory(path) { try remove(path) } else { try Directory.remove(path) }
        }
        try Directory.removeDirectory(folder)
    }
}
