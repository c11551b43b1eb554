package import GRDB
import Platform

/// One open SQLite file of a domain, shared by threads: accesses take turns.
///
/// Calls block their thread (up to ten seconds while another process writes), so whoever is on Swift's cooperative pool
/// and expects that goes through a thread of its own. An access inside an access of the same store is a programming
/// error that ends the process.
package struct Store: Sendable {
    package let description: StoreDescription
    /// The file's absolute path.
    package let path: String
    private let open: OpenQueue

    init(description: StoreDescription, path: String, queue: DatabaseQueue) {
        (self.description, self.path, open) = (description, path, OpenQueue(queue))
    }

    var queue: DatabaseQueue { open.queue }

    /// Runs `body` over one consistent view; a statement that writes fails.
    /// - Throws: what `body` throws; SQLite's own errors as `Fault` (see `Fault.store`).
    package func read<Result>(_ body: (Database) throws -> Result) throws -> Result {
        try Self.translating(description, path) { try queue.read(body) }
    }

    /// Runs `body` in a transaction that has the write lock from its start: durable when this returns, undone when it
    /// throws.
    /// - Throws: what `body` throws; SQLite's own errors as `Fault` (see `Fault.store`).
    /// - Parameter purpose: what is written; see `DiskStep`.
    package func write<Result>(_ purpose: StaticString, _ body: (Database) throws -> Result) throws -> Result {
        try Self.translating(description, path) { try DiskStep.commit(purpose) { try queue.write(body) } }
    }

    /// Waits until no other process is in the middle of a transaction: what anybody had begun to write when this was called
    /// can be seen afterwards, or is undone. Writes nothing.
    /// - Throws: SQLite's own errors as `Fault` (see `Fault.store`).
    package func awaitWriters() throws {
        try Self.translating(description, path) {
            // One writes only while it holds the lock that this takes, and lets go of it after its change can be seen.
            try queue.writeWithoutTransaction { try $0.inTransaction(.immediate) { .rollback } }
        }
    }

    /// Writes the file anew without what is not needed any more; needs room for a second one meanwhile.
    /// - Parameter purpose: what the file is; see `DiskStep`.
    package func shrink(_ purpose: StaticString) throws {
        try Self.translating(description, path) { try DiskStep.commit(purpose) { try queue.vacuum() } }
    }

    /// Closes the file now instead of with the last copy of this value; later accesses fail.
    package func close() throws {
        try Self.translating(description, path) { try queue.close() }
    }
}
