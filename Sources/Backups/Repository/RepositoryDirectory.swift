import DebVisorCore
import Platform

/// A repository's files in a local directory. Objects appear whole or not at all; nothing is overwritten.
package struct RepositoryDirectory: Sendable {
    package let path: String

    /// The folders every repository has.
    static let folders = [
        "features", "keys", "packs", "index", "snapshots", "leases", "condemned", "quarantine", "verified", "tmp",
    ]

    package init(_ path: String) { self.path = path }

    func path(of name: String) -> String { "\(path)/\(name)" }

    static func packName(_ id: ObjectID) -> String {
        let text = id.description
        return "packs/\(text.prefix(2))/\(text)"
    }

    func packPath(_ id: ObjectID) -> String { path(of: Self.packName(id)) }

    /// Names in a folder, sorted; a folder that is not there is empty.
    func list(_ folder: String) throws -> [String] {
        do {
            return try Directory.names(in: path(of: folder))
        } catch let fault as Fault where fault.kind == .notFound {
            return []
        }
    }

    /// Every published pack. A name that is no id is left alone.
    func packs() throws -> [ObjectID] {
        try list("packs").flatMap { try list("packs/\($0)").compactMap { ObjectID(hex: $0) } }
    }

    func read(_ name: String) throws -> [UInt8] { try DurableFile.read(path(of: name)) }

    /// The content, or nil if there is no such object (any more).
    func readIfPresent(_ name: String) throws -> [UInt8]? {
        do {
            return try read(name)
        } catch let fault as Fault where fault.kind == .notFound {
            return nil
        }
    }

    /// Writes a new object: temporary name, sync, rename, sync of both directories.
    func put(_ bytes: [UInt8], as name: String, _ purpose: StaticString) throws {
        guard !Directory.exists(path(of: name)) else { throw Fault(.conflict, "'\(name)' exists in the repository") }
        try DurableFile.write(
            bytes, to: path(of: name), temporary: path(of: "tmp/\(ObjectID.random()).new"), purpose)
    }

    /// Gives a synced pack its final name, durably.
    func publishPack(_ temporary: String, as id: ObjectID, _ purpose: StaticString) throws {
        let target = packPath(id)
        try Directory.create(Directory.parent(of: target) ?? path, purpose)
        // Even if the folder was there: whoever made it may have died before this.
        try Directory.synchronize(path(of: "packs"), purpose)
        try Directory.rename(temporary, to: target, purpose)
        try DurableFile.synchronizeParents(of: target, temporary, purpose)
    }

    /// Removes an object durably; true if it was there.
    @discardableResult
    func remove(_ name: String, _ purpose: StaticString) throws -> Bool {
        let full = path(of: name)
        let removed = try Directory.remove(full, purpose)
        if removed, let parent = Directory.parent(of: full) { try Directory.synchronize(parent, purpose) }
        return removed
    }

    /// Makes the names in folders durable that others put there and may have died before they did.
    func synchronize(_ folders: String..., purpose: StaticString) throws {
        for folder in folders where Directory.isDirectory(path(of: folder)) {
            try Directory.synchronize(path(of: folder), purpose)
        }
    }

    /// As `synchronize`, for all packs.
    func synchronizePacks(_ purpose: StaticString) throws {
        try synchronize("packs", purpose: purpose)
        for folder in try list("packs") { try synchronize("packs/\(folder)", purpose: purpose) }
    }
}
