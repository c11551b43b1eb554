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
        try refuseUse(of: directory)
        // First the keys: nobody opens what is left. `format` last: until then the removal can be repeated.
        let keys = directory.path(of: "keys")
        let locked = directory.path(of: "keys.removed")
        if Directory.exists(keys) { try Directory.rename(keys, to: locked, "removal") }
        // Durable before anything goes: keys that came back would open a repository without its packs.
        try Directory.synchronize(path, "removal")
        do { try refuseUse(of: directory) } catch {
            // A run opened it just before: it and its backup stay.
            try Directory.rename(locked, to: keys, "removal")
            try Directory.synchronize(path, "removal")
            throw error
        }
        try remove(locked)
        for folder in RepositoryDirectory.folders { try remove(directory.path(of: folder)) }
        try directory.remove("reserve", "removal")
        try Directory.synchronize(path, "removal")
        try directory.remove("format", "removal-format")
        // What is not ours stays, and the directory with it.
        if try Directory.names(in: path).isEmpty { try Directory.removeDirectory(path, "removal") }
    }

    /// - Throws: `conflict` if somebody holds a lease.
    private static func refuseUse(of directory: RepositoryDirectory) throws {
        for name in try directory.list("leases") {
            do {
                guard try File(directory.path(of: "leases/\(name)"), .read).isLocked(in: 0..<1) else { continue }
            } catch let fault as Fault where fault.kind == .notFound {
                continue
            }
            throw Fault(
                .conflict, "somebody works on the repository '\(directory.path)'",
                hint: "wait for it to end; nothing was removed")
        }
    }

    private static func remove(_ folder: String) throws {
        guard Directory.isDirectory(folder) else { return }
        for name in try Directory.names(in: folder) {
            let path = "\(folder)/\(name)"
            // A link is removed, never what it leads to.
            if !Directory.isLink(path), Directory.isDirectory(path) {
                try remove(path)
            } else {
                try Directory.remove(path, "removal")
            }
        }
        if Directory.isLink(folder) {
            try Directory.remove(folder, "removal")
        } else {
            try Directory.removeDirectory(folder, "removal")
        }
    }
}
