import DebVisorCore
package import Platform

/// The file that an export becomes: a new one, or a plain one that is replaced; where a link leads, if it is one.
package struct ExportTarget: Sendable {
    package let path: String
    package let isThere: Bool

    /// - Throws: `usage` for a directory, a device, a pipe, a link to nothing, or a file of one of these stores.
    package init(_ path: String, besides stores: [StoreDescription], in directory: StateDirectory) throws {
        isThere = FileStatus.inode(of: path) != nil
        guard isThere || !Directory.exists(path) && !Directory.isLink(path) else {
            throw Fault(.usage, "'\(path)' is there and is no plain file", hint: "name a file, or '-' for stdout")
        }
        self.path = isThere ? Directory.resolved(path) ?? path : path
        for store in stores where Self.isPart(self.path, of: directory.file(store.path)) {
            throw Fault(
                .usage, "'\(path)' belongs to the store '\(store.name)' itself",
                hint: "name another file, best on another disk")
        }
    }

    private static func isPart(_ path: String, of store: String) -> Bool {
        let names = ["", "-wal", "-shm", "-journal", ".lock", ".new"].map { Directory.name(of: store) + $0 }
        guard names.contains(Directory.name(of: path)) else { return false }
        return place(of: path) == place(of: store)
    }

    private static func place(of path: String) -> String? {
        Directory.resolved(Directory.parent(of: Directory.absolute(path)) ?? "/")
    }
}
