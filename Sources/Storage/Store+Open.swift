import DebVisorCore
import GRDB
package import Platform

extension Store {
    /// Opens a store for reading and writing; creates or migrates it first if need be.
    ///
    /// - Throws: `conflict` if a newer debvisor wrote it; `denied`, `timeout`, `attention`, `failed` as in `Fault.store`.
    package static func open(_ description: StoreDescription, in directory: StateDirectory) throws -> Store {
        let path = directory.file(description.path)
        return try translating(description, path) {
            while try directory.size(of: description.path) != nil {
                let inode = FileStatus.inode(of: path)
                let store = try connect(description, path)
                let isReady = try store.schema() == .current && store.hasLog()
                // While we waited for a lock, another file may have been put in its place.
                let isReplaced = FileStatus.inode(of: path) != inode
                if isReady, !isReplaced { return store }
                try store.queue.close()
                if !isReplaced { break }
            }
            try Directory.create(Directory.parent(of: path) ?? "/", "store")
            // Only one process makes or changes the schema: SQLite's own locks don't cover the switch to WAL.
            let lock = try LockFile(path + ".lock", waitingAtMost: 60)
            try withExtendedLifetime(lock) {
                try bringUp(description, path, exists: directory.size(of: description.path) != nil)
            }
            return try connect(description, path)
        }
    }

    /// Opens a store for a listing: nil if there is none yet. An older schema is migrated first.
    package static func openExisting(_ description: StoreDescription, in directory: StateDirectory) throws -> Store? {
        guard try directory.size(of: description.path) != nil else { return nil }
        let path = directory.file(description.path)
        return try translating(description, path) {
            let inode = FileStatus.inode(of: path)
            let store = try connect(description, path, .reading(patience: 10))
            switch try store.schema() {
            case .current:
                if FileStatus.inode(of: path) == inode { return store }
                try store.queue.close()
                return try open(description, in: directory)
            case .unknown(let step): throw Schema.refusal(of: step, description, path)
            case .older:
                try store.queue.close()
                return try open(description, in: directory)
            }
        }
    }

    /// Opens a store for a look in passing, as completion takes it: never creates, migrates, waits or writes a byte.
    ///
    /// Nil for anything but a readable store of the current schema.
    package static func glance(_ description: StoreDescription, in directory: StateDirectory) -> Store? {
        do {
            guard try directory.size(of: description.path) != nil else { return nil }
            let path = directory.file(description.path)
            // A plain read-only connection would create the files of the write-ahead log. Without a log the file is
            // whole in itself; should a writer come meanwhile, we may see an error, and then answer nothing.
            let isSettled = try directory.size(of: description.path + "-wal") ?? 0 == 0
            let store = try connect(description, path, isSettled ? .readingUnchanging : .reading(patience: 0.02))
            return try store.schema() == .current ? store : nil
        } catch {
            return nil
        }
    }

    /// Whether it has its write-ahead log: a plain copy of a store that somebody put in place has none.
    private func hasLog() throws -> Bool {
        try queue.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") } == "wal"
    }

    private func schema() throws -> Schema {
        try queue.read { try Schema(of: $0, against: description) }
    }
}
