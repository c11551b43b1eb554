import Glibc
import Synchronization

/// Whether and by which signal a program was asked to stop. A signal handler writes it, any thread reads it.
package final class Cancellation: Sendable {
    private let signal = Atomic<Int32>(0)
    private let observed = Atomic<Bool>(false)
    private let changing = Atomic<Bool>(false)
    /// Of the pipe that tells of the first signal; -1 without.
    private let writeEnd = Atomic<Int32>(-1)

    package init() {}

    /// The first signal that asked, 0 without.
    package var signalNumber: Int32 { signal.load(ordering: .acquiring) }

    /// Whether the first signal only asks: the command looks whether it is asked, or is in the middle of a change.
    /// Otherwise nothing is lost when the process ends at once.
    var isPatient: Bool { observed.load(ordering: .acquiring) || changing.load(ordering: .acquiring) }

    /// A plan is being applied from now on.
    func beginChange() { changing.store(true, ordering: .releasing) }

    var isRequested: Bool {
        observed.store(true, ordering: .releasing)
        return signalNumber != 0
    }

    /// Notes a signal; false when there was one before. Safe within a signal handler: atomics and one `write`.
    @discardableResult
    package func request(_ number: Int32) -> Bool {
        let isFirst = signal.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing).exchanged
        let end = writeEnd.load(ordering: .acquiring)
        if isFirst, end >= 0 { wake(end) }
        return isFirst
    }

    /// A descriptor that becomes readable with the first signal; nil if the system gives none. To be asked for once.
    func descriptor() -> Int32? {
        observed.store(true, ordering: .releasing)
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        writeEnd.store(ends[1], ordering: .releasing)
        // One that came before the handler could know of the pipe.
        if signalNumber != 0 { wake(ends[1]) }
        return ends[0]
    }

    private func wake(_ descriptor: Int32) {
        var byte: UInt8 = 1
        _ = write(descriptor, &byte, 1)
    }
}
