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
        try await abandoning(late, body) {
            try await Task.sleep(for: deadline)
            return fault()
        }
    }

    /// Runs `body`, which looks at `isCancelled` itself, on a thread of its own. If it has not ended when that has been
    /// true for `patience`, because a disk or a peer does not answer, its thread is abandoned.
    /// - Throws: what `body` throws, or `CancellationError`.
    package static func run<Result: Sendable>(
        unlessCancelled isCancelled: @escaping @Sendable () -> Bool, patience: Duration,
        _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await abandoning({ _ in }, body) {
            while !isCancelled() { try await Task.sleep(for: .milliseconds(100)) }
            try await Task.sleep(for: patience)
            return CancellationError()
        }
    }

    /// Runs `body` on a thread of its own until `end` answers with an error to throw instead; `late` gets what it answers
    /// after that.
    private static func abandoning<Result: Sendable>(
        _ late: @escaping @Sendable (Result) -> Void, _ body: @escaping @Sendable () throws -> Result,
        at end: @escaping @Sendable () async throws -> any Error
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
            let waiting = Locked<CheckedContinuation<Result, any Error>?>(continuation)
            let watch = Task {
                // Cancelled when the thread has ended.
                guard let error = try? await end() else { return }
                waiting.take()?.resume(throwing: error)
            }
            do {
                try Thread {
                    let result = Swift.Result { try body() }
                    watch.cancel()
                    if let continuation = waiting.take() {
                        continuation.resume(with: result)
                    } else if case .success(let value) = result {
                        late(value)
                    }
                }.detach()
            } catch {
                watch.cancel()
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
