import Synchronization

/// Whether and by which signal a program was asked to stop. A signal handler writes it, any thread reads it.
package final class Cancellation: Sendable {
    private let signal = Atomic<Int32>(0)
    private let observed = Atomic<Bool>(false)
    private let changing = Atomic<Bool>(false)

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

    /// Notes a signal; false when there was one before. Safe within a signal handler: it is one atomic exchange.
    @discardableResult
    package func request(_ number: Int32) -> Bool {
        signal.compareExchange(expected: 0, desired: number, ordering: .acquiringAndReleasing).exchanged
    }
}
