import DebVisorCore
import GRDB
package import Platform

/// A store on its way into the place of another: first made whole beside it, then put there in one step.
///
/// While there is such a value, nobody else makes or migrates the store.
package final class StoreReplacement: Sendable {
    package let description: StoreDescription
    private let directory: StateDirectory
    private let lock: LockFile

    private var path: String { directory.file(description.path) }
    private var incoming: String { path + ".new" }

    /// Copies the content and checks it: SQLite's integrity check, references, and whether the schema is one of this store's;
    /// an older one is migrated.
    ///
    /// - Throws: `attention` for damage, `conflict` for another store or a newer debvisor.
    package init(
        _ description: StoreDescription, in directory: StateDirectory, with content: ExportedFile.Member,
        of exported: ExportedFile
    ) throws {
        (self.description, self.directory) = (description, directory)
        let path = directory.file(description.path)
        try Directory.create(Directory.parent(of: path) ?? "/", "store")
        lock = try LockFile(path + ".lock", waitingAtMost: 10)
        do {
            try fill(content, exported.file)
            try inspect(exported.name)
            try Store.translating(description, exported.name) { try Store.migrate(description, incoming) }
        } catch {
            discard()
            throw error
        }
    }

    /// Removes what was made beside.
    package func discard() {
        for remains in ["", "-journal", "-wal", "-shm"] {
            _ = try? Directory.remove(incoming + remains, "store-import")
        }
    }

    /// Puts it in its place; durable when it returns. Whoever is killed meanwhile leaves the old store or the new one.
    ///
    /// - Parameter kept: the name that the old store has from then on, with a number if that is taken.
    /// - Returns: that name; nil if there was no store.
    /// - Throws: `conflict` if somebody has the old one open; all is as it was then.
    package func install(keepingAs kept: String) throws -> String? {
        guard try directory.size(of: description.path) != nil else {
            try replace()
            return nil
        }
        do {
            return try Store.translating(description, path) { try retire { try self.putInPlace(kept) } }
        } catch let fault as Fault where fault.kind == .attention {
            // A damaged store cannot be in use; what is left of its log goes with it.
            for log in ["-wal", "-shm"] where Directory.exists(path + log) {
                try Directory.rename(path + log, to: kept + log, "store-import")
            }
            return try putInPlace(kept)
        } catch let fault as Fault where fault.kind == .timeout {
            throw Fault(
                .conflict, "store '\(description.name)' is in use",
                hint: "stop the daemon, or wait until others are done; 'fuser \(path)' shows who has it open",
                cause: fault.cause)
        }
    }

    /// - Returns: the name that the old store has: this, or with a number if it is taken.
    private func putInPlace(_ kept: String) throws -> String {
        var (name, number) = (kept, 1)
        // A second name first: at no moment is there no store.
        while try !Directory.link(path, to: name, "store-import") {
            number += 1
            name = "\(kept)-\(number)"
        }
        try replace()
        return name
    }

    private func replace() throws {
        try Directory.rename(incoming, to: path, "store-import")
        try Directory.synchronize(Directory.parent(of: path) ?? "/", "store-import")
    }

    /// Runs `body` while nobody else has the old file open, and all of it is in that one file.
    private func retire(_ body: () throws -> String) throws -> String {
        let old = try Store.connect(description, path, .retiring)
        defer { try? old.queue.close() }
        return try DiskStep.commit("store-retire") {
            try old.queue.writeWithoutTransaction { database in
                // Refused as long as another connection is open. It takes the log into the file and removes it; else our
                // end would remove the log of the new store, which has the same name.
                try database.execute(sql: "PRAGMA journal_mode = DELETE")
                do {
                    var result = ""
                    try database.inTransaction(.exclusive) {
                        result = try body()
                        return .rollback
                    }
                    return result
                } catch {
                    try? database.execute(sql: "PRAGMA journal_mode = WAL")
                    throw error
                }
            }
        }
    }

    private func fill(_ content: ExportedFile.Member, _ source: File) throws {
        for remains in ["", "-journal", "-wal", "-shm"] { try Directory.remove(incoming + remains, "store-import") }
        let file = try File.create(incoming, "store-import")
        var offset = 0
        try StoreArchive.read(source, content.offset, content.size) { bytes in
            try file.write(bytes, at: offset, "store-import")
            offset += bytes.count
        }
        try file.synchronize("store-import")
    }

    private func inspect(_ source: String) throws {
        try Store.translating(description, source) {
            let store = try Store.connect(description, incoming, .readingUnchanging)
            defer { try? store.queue.close() }
            try store.queue.read { database in
                // First: what is damaged may look like anything.
                let problems = try Store.problems(database)
                guard problems.isEmpty else {
                    throw Fault(
                        .attention, "'\(source)' is damaged, nothing was replaced", hint: "take another export",
                        cause: problems[0])
                }
                switch try Schema(of: database, against: description) {
                case .unknown(let step):
                    guard try Schema.isOurs(database, description) else { throw otherStore(source) }
                    throw Schema.refusal(of: step, description, source)
                case .older(let done) where done == 0: throw otherStore(source)
                case .older, .current: break
                }
            }
        }
    }

    private func otherStore(_ source: String) -> Fault {
        Fault(
            .conflict, "'\(source)' is not the store '\(description.name)'",
            hint: "name the store that it is with --store; 'sqlite3 \(source) .tables' shows what it has")
    }
}
