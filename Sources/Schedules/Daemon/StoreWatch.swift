import Glibc
import Platform
import Storage

/// Hears when another process changes the store: SQLite's log is written to with every transaction.
///
/// It is written before the change can be seen; whoever has heard calls `ScheduleStore.awaitWriters` before looking.
final class StoreWatch {
    let descriptor: Int32
    private let log: String

    /// Nil where the system gives no watch.
    init?(_ store: ScheduleStore) {
        let path = store.store.path
        guard let directory = Directory.parent(of: path) else { return nil }
        log = Directory.name(of: path) + "-wal"
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        // The directory, not the log: that comes and goes.
        guard inotify_add_watch(descriptor, directory, UInt32(IN_MODIFY)) >= 0 else { return nil }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Drops what was heard so far. - Returns: whether the store had changed.
    @discardableResult
    func forget() -> Bool {
        var hasChanged = false
        withUnsafeTemporaryAllocation(byteCount: 16384, alignment: 8) { buffer in
            while true {
                let got = read(descriptor, buffer.baseAddress, buffer.count)
                guard got > 0 else { break }
                var offset = 0
                // struct inotify_event: wd, mask, cookie, len, and a name of len bytes.
                while offset + 16 <= got {
                    let length = Int(buffer.load(fromByteOffset: offset + 12, as: UInt32.self))
                    let name = buffer[(offset + 16)..<min(offset + 16 + length, got)].prefix { $0 != 0 }
                    if name.elementsEqual(log.utf8) { hasChanged = true }
                    offset += 16 + length
                }
            }
        }
        return hasChanged
    }

    /// Waits for a change, or until an instant; without a watch, only for the instant.
    static func wait(_ watch: StoreWatch?, until instant: ContinuousClock.Instant) {
        while true {
            let limit = Deadline.milliseconds(until: instant)
            var entry = pollfd(fd: watch?.descriptor ?? -1, events: Int16(POLLIN), revents: 0)
            if poll(&entry, 1, limit) <= 0 || watch?.forget() == true { return }
        }
    }
}
