import DebVisorCore
import Glibc

/// Whole small files, written so that a reader or a crash sees the old content or the new, never a part.
package enum DurableFile {
    /// Writes beside, syncs, renames, syncs the directory.
    ///
    /// - Parameter temporary: a name on the same file system; by default `path` with a random end.
    package static func write(_ bytes: some Collection<UInt8>, to path: String, temporary: String? = nil) throws {
        let temporary = temporary ?? "\(path).\(UInt64.random(in: .min ... .max)).tmp"
        do {
            let file = try File(temporary, .create)
            let content = Array(bytes)
            try content.withUnsafeBytes { try file.write($0, at: 0) }
            try file.synchronize()
            Failpoint.pass("file.rename")
            try Directory.rename(temporary, to: path)
        } catch {
            unlink(temporary)
            throw error
        }
        try synchronizeParents(of: path, temporary)
    }

    /// Makes a rename from one directory to another durable; the new name first.
    package static func synchronizeParents(of path: String, _ temporary: String) throws {
        let (folder, former) = (Directory.parent(of: path) ?? "/", Directory.parent(of: temporary) ?? "/")
        try Directory.synchronize(folder)
        if former != folder { try Directory.synchronize(former) }
    }

    /// Writes a new file that replaces none: one that is there, or comes to be meanwhile, stays.
    /// - Returns: whether it was made.
    @discardableResult
    package static func create(_ bytes: some Collection<UInt8>, at path: String) throws -> Bool {
        let temporary = "\(path).\(UInt64.random(in: .min ... .max)).tmp"
        try write(bytes, to: temporary)
        defer { unlink(temporary) }
        // Unlike a rename, a link never replaces what has the name.
        if link(temporary, path) != 0 {
            guard errno == EEXIST else { throw Fault.system(errno, "create", path) }
            return false
        }
        try Directory.synchronize(Directory.parent(of: path) ?? "/")
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
