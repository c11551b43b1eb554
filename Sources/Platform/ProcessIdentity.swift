import Glibc

/// A process told apart from a later one of the same number: by when it began, in the PID namespace that numbers it.
///
/// Short enough for the names of files and sockets that outlive their maker: `2n3-1c8xq0-1ul9h4c`.
package struct ProcessIdentity: Sendable, Hashable, CustomStringConvertible {
    private let processID: UInt64
    /// Clock ticks after boot.
    private let started: UInt64
    private let namespace: UInt64

    package var description: String {
        [processID, started, namespace].map { String($0, radix: 36) }.joined(separator: "-")
    }

    /// This process; nil where `/proc` is not mounted.
    package static var current: ProcessIdentity? { ProcessIdentity(of: getpid()) }

    package init?(of processID: Int32) {
        guard processID > 0, let started = Self.start(of: UInt64(processID)), let namespace = Self.ownNamespace else {
            return nil
        }
        (self.processID, self.started, self.namespace) = (UInt64(processID), started, namespace)
    }

    /// What `kill(2)` calls it, if it is in our PID namespace; 0 if it is not.
    package var number: Int32 { namespace == Self.ownNamespace ? Int32(truncatingIfNeeded: processID) : 0 }

    /// Seconds after boot, by `CLOCK_BOOTTIME`.
    package var startedAfterBoot: Double { Double(started) / Double(max(1, sysconf(Int32(_SC_CLK_TCK)))) }

    /// nil unless `text` is what `description` makes.
    package init?(_ text: some StringProtocol) {
        let numbers = text.split(separator: "-", omittingEmptySubsequences: false).map { UInt64($0, radix: 36) }
        guard numbers.count == 3, let processID = numbers[0], let started = numbers[1], let namespace = numbers[2]
        else {
            return nil
        }
        (self.processID, self.started, self.namespace) = (processID, started, namespace)
    }

    /// True only if the process certainly ended: one that we cannot see may live.
    package var hasEnded: Bool {
        guard namespace == Self.ownNamespace, Self.start(of: UInt64(getpid())) != nil else { return false }
        return Self.start(of: processID) != started
    }

    private static var ownNamespace: UInt64? {
        var info = stat()
        return stat("/proc/self/ns/pid", &info) == 0 ? UInt64(info.st_ino) : nil
    }

    /// Field 22 of `proc_pid_stat(5)`; the name before it may hold anything, closing brackets too.
    private static func start(of processID: UInt64) -> UInt64? {
        guard let file = try? File("/proc/\(processID)/stat", .read) else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer in
            guard let count = try? file.read(into: buffer, at: 0) else { return nil }
            let text = String(decoding: buffer[..<count], as: UTF8.self)
            guard let bracket = text.lastIndex(of: ")") else { return nil }
            let fields = text[text.index(after: bracket)...].split(separator: " ")
            // A process that ended and was not waited for does nothing any more.
            guard fields.count > 19, fields[0] != "Z" else { return nil }
            return UInt64(fields[19])
        }
    }
}
