import GRDB
import Synchronization

/// Closes the file with the last copy of a store, and keeps the dispatch queue of the first few.
///
/// libdispatch frees a queue that has a value of its own on another thread, and starts two for that: a quarter of a millisecond
/// that every command would pay at its end. What is kept is some kilobytes.
final class OpenQueue: Sendable {
    let queue: DatabaseQueue

    private static let mostKept = 4
    private static let kept = Mutex<[DatabaseQueue]>([])

    init(_ queue: DatabaseQueue) { self.queue = queue }

    deinit {
        let isKept = Self.kept.withLock { kept in
            guard kept.count < Self.mostKept else { return false }
            kept.append(queue)
            return true
        }
        if isKept { try? queue.close() }
    }
}
