package import DebVisorCore
import Glibc

extension Worker {
    /// Runs `body` on a thread of its own and gives up waiting for it when `deadline` has passed.
    ///
    /// A call into a library that hangs cannot be interrupted: its thread is abandoned, and what it answers later goes
    /// to `late` (on that thread), which undoes it.
    /// - Throws: what `body` throws, or `fault` after the deadline.
    package static func run<Result: Sendable>(
        within deadline: Duration, otherwise fault: @escaping @Sendable () -> Fault,
        late: @escaping @Sendable (Result) -> Void = { _ in },
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
            let waiting = Locked<CheckedContinuation<Result, any Error>?>(continuation)
            let timer = Task {
                guard (try? await Task.sleep(for: deadline)) != nil else { return }
                waiting.take()?.resume(throwing: fault())
            }
            do {
                try Thread {
                    let result = Swift.Result { try body() }
                    timer.cancel()
                    if let continuation = waiting.take() {
                        continuation.resume(with: result)
                    } else if case .success(let value) = result {
                        late(value)
                    }
                }.detach()
            } catch {
                timer.cancel()
                waiting.take()?.resume(throwing: error)
            }
        }
    }

    /// Lets this thread rest; only on threads of our own.
    package static func pause(milliseconds: UInt32) { usleep(milliseconds * 1000) }
}

extension Locked {
    /// What is inside, leaving nil.
    func take<Wrapped: Sendable>() -> Wrapped? where Value == Wrapped? {
        withLock { value in
            let taken = value
            value = nil
            return taken
        }
    }
}
