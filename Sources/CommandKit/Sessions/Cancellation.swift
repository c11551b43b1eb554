import Synchronization

/// Whether and by which signal a program was asked to stop. A signal handler writes it, any thread reads it.
package final class Cancellation: Sendable {
    private let signal = Atomic<Int32>(0)
    private let observed = Atomic<Bool>(false)

    package init() {}

    /// The first signal that asked, 0 without.
    package var signalNumber: Int32 { signal.load(ordering: .acquiring) }

    /// Whether the command ever looked: one that does not is ended at once if it only reads.
    var isObserved: Bool { observed.load(ordering: .acquiring) }

    var isRequested: Bool {
        observed.store(true, ordering: .releasing)
        return signalNumber != 0
    }

    /// Notes a signal; false when there was one before. Safe within a signal handler: it is one atomic exchange.
    @discardableResult
    package func request(_ number: Int32) -> Bool {
        signal.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing).exchanged
    }
}
