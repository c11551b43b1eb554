import DebVisorCore

/// Whole small files, written so that a reader or a crash sees the old content or the new, never a part.
package enum DurableFile {
    /// Writes beside, syncs, renames, syncs the directory.
    ///
    /// - Parameters:
    ///   - purpose: what the file is; see `DiskStep`.
    ///   - temporary: a name on the same file system; by default `path` with a random end.
    ///   - isPublic: everybody may read it (mode 0644), which other programs are to; else its owner alone.
    package static func write(
        _ bytes: some Collection<UInt8>, to path: String, temporary: String? = nil, isPublic: Bool = false,
        _ purpose: StaticString
    ) throws {
        let temporary = temporary ?? unusedName(beside: path)
        do {
            try fill(temporary, bytes, isPublic: isPublic, purpose)
            try Directory.rename(temporary, to: path, purpose)
        } catch {
            _ = try? Directory.remove(temporary, "unfinished")
            throw error
        }
        try synchronizeParents(of: path, temporary, purpose)
    }

    private static func unusedName(beside path: String) -> String {
        "\(path).\(UInt64.random(in: .min ... .max)).tmp"
    }

    private static func fill(
        _ path: String, _ bytes: some Collection<UInt8>, isPublic: Bool = false, _ purpose: StaticString
    ) throws {
        let file = try File.create(path, purpose)
        if isPublic { try file.publish() }
        let content = Array(bytes)
        try content.withUnsafeBytes { try file.write($0, at: 0, purpose) }
        try file.synchronize(purpose)
    }

    /// Makes a rename from one directory to another durable; the new name first.
    package static func synchronizeParents(
        of path: String, _ temporary: String, _ purpose: StaticString
    ) throws {
        let (folder, former) = (Directory.parent(of: path) ?? "/", Directory.parent(of: temporary) ?? "/")
        try Directory.synchronize(folder, purpose)
        if former != folder { try Directory.synchronize(former, purpose) }
    }

    /// Writes a new file that replaces none: one that is there, or comes to be meanwhile, stays.
    /// - Returns: whether it was made.
    @discardableResult
    package static func create(
        _ bytes: some Collection<UInt8>, at path: String, _ purpose: StaticString
    ) throws -> Bool {
        let temporary = unusedName(beside: path)
        defer { _ = try? Directory.remove(temporary, purpose) }
        try fill(temporary, bytes, purpose)
        // Unlike a rename, a link never replaces what has the name.
        guard try Directory.link(temporary, to: path, purpose) else { return false }
        try Directory.synchronize(Directory.parent(of: path) ?? "/", purpose)
        return true
    }

    /// The whole file. - Throws: `attention` if it is larger than `limit`.
    package static func read(_ path: String, limit: Int = 64 << 20) throws -> [UInt8] {
        let file = try File(path, .read)
        let size = try file.size
        guard size <= limit else {
            throw Fault(.attention, "'\(path)' is too large", cause: "\(size) bytes, at most \(limit) expected")
        }
        return try file.bytes(at: 0, count: size)
    }
}
