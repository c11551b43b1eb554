package import DebVisorCore
import GRDB
package import Platform

extension Store {
    /// What tells our files from other SQLite files (https://www.sqlite.org/fileformat.html, "Application ID"): `dbvs`.
    static let applicationID: UInt32 = 0x6462_7673
    /// Where the file has it, big-endian.
    static let applicationIDOffset = 68

    /// Writes a store as one plain SQLite file: all of it at one instant, while others go on writing. Durable when it returns;
    /// the file appears whole or not at all, in the place of one that is there.
    ///
    /// - Returns: its bytes; nil if there is no such store yet, and nothing was written.
    /// - Throws: as `Fault.store`, `conflict` for a schema that is not ours.
    package static func export(
        _ description: StoreDescription, in directory: StateDirectory, to path: String
    ) throws -> ByteCount? {
        let unfinished = path + ".unfinished"
        guard let size = try copy(description, in: directory, to: unfinished) else { return nil }
        try Directory.rename(unfinished, to: path, "store-export")
        try Directory.synchronize(Directory.parent(of: path) ?? "/", "store-export")
        return size
    }

    /// The same under a name that nobody looks for, which is replaced.
    package static func copy(
        _ description: StoreDescription, in directory: StateDirectory, to path: String
    ) throws -> ByteCount? {
        guard let store = try openExisting(description, in: directory) else { return nil }
        for remains in [path, path + "-journal"] { try Directory.remove(remains, "store-export") }
        do {
            // SQLite would make it readable for others; it takes one that is empty.
            let file = try File.create(path, "store-export")
            try translating(description, store.path) {
                try DiskStep.commit("store-export") {
                    try store.queue.writeWithoutTransaction { try $0.execute(sql: "VACUUM INTO ?", arguments: [path]) }
                }
            }
            let bytes = withUnsafeBytes(of: applicationID.bigEndian) { Array($0) }
            try bytes.withUnsafeBytes { try file.write($0, at: applicationIDOffset, "store-export") }
            try file.synchronize("store-export")
            return ByteCount(UInt64(try file.size))
        } catch {
            _ = try? Directory.remove(path, "store-export")
            throw error
        }
    }
}
