import Synchronization

/// Hands out 0, 1, 2, … to threads.
final class NextNumber: Sendable {
    private let next = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)

    private func take(below limit: Int) -> Int? {
        if stopped.load(ordering: .relaxed) { return nil }
        let number = next.add(1, ordering: .relaxed).oldValue
        return number < limit ? number : nil
    }

    /// Calls `body` with number after number, until none is left or somebody threw.
    func each(below limit: Int, _ body: (Int) throws -> Void) throws {
        do { while let number = take(below: limit) { try body(number) } } catch {
            stopped.store(true, ordering: .relaxed)
            throw error
        }
    }
}
