import DebVisorCore
import GRDB
import Platform

extension Store {
    /// Makes the file and takes its schema to ours; the caller holds the store's lock.
    ///
    /// A new file is made beside and renamed when it is whole, so nobody ever opens one that is not.
    static func bringUp(_ description: StoreDescription, _ path: String, exists: Bool) throws {
        if exists { return try migrate(description, path) }
        let unfinished = path + ".new"
        for remains in [unfinished, unfinished + "-journal", unfinished + "-wal", unfinished + "-shm"] {
            try Directory.remove(remains, "store")
        }
        // SQLite would create it readable for others; its log files take over the mode of the file.
        _ = try File.create(unfinished, "store")
        try migrate(description, unfinished)
        try Directory.rename(unfinished, to: path, "store")
        try Directory.synchronize(Directory.parent(of: path) ?? "/", "store")
    }

    static func migrate(_ description: StoreDescription, _ path: String) throws {
        let store = try connect(description, path, .migrating)
        do {
            try DiskStep.commit("store") {
                try store.queue.write { try Schema.migrate($0, to: description, path: path) }
            }
            // Last, and for a new file the first use of a log: none is left that the rename would lose.
            let mode = try DiskStep.commit("store-log") {
                try store.queue.writeWithoutTransaction {
                    try String.fetchOne($0, sql: "PRAGMA journal_mode = WAL")
                }
            }
            guard mode == "wal" else {
                throw Fault(
                    .unavailable, "the file system of '\(path)' cannot hold a store",
                    hint: "choose a directory on a local file system with --state-dir",
                    cause: "SQLite could not turn on its write-ahead log")
            }
        } catch {
            try? store.queue.close()
            throw error
        }
        try store.queue.close()
    }
}
