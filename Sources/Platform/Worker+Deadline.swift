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

    /// Runs `body`, which looks at `isCancelled` itself, on a thread of its own. If it does not end soon after that became
    /// true, because a disk or a peer does not answer, its thread is abandoned.
    /// - Throws: what `body` throws, or `CancellationError`.
    package static func run<Result: Sendable>(
        unlessCancelled isCancelled: @escaping @Sendable () -> Bool, _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
            let waiting = Locked<CheckedContinuation<Result, any Error>?>(continuation)
            let watch = Task {
                while !isCancelled() {
                    guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return }
                }
                guard (try? await Task.sleep(for: patience)) != nil else { return }
                waiting.take()?.resume(throwing: CancellationError())
            }
            do {
                try Thread {
                    let result = Swift.Result { try body() }
                    watch.cancel()
                    waiting.take()?.resume(with: result)
                }.detach()
            } catch {
                watch.cancel()
                waiting.take()?.resume(throwing: error)
            }
        }
    }

    /// Together with the watch's own step still within a second.
    private static let patience = Duration.milliseconds(600)

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
