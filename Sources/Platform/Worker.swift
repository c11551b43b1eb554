import DebVisorCore
import Glibc

/// Threads of our own for work that blocks: disks, libraries, compression. Swift's pool has one thread a core.
package enum Worker {
    /// Runs `body` on `count` threads (numbered from 0), on fewer if the system gives no more, and waits for all; the
    /// first error is thrown after the last ended.
    package static func run(_ count: Int, _ body: @escaping @Sendable (Int) throws -> Void) throws {
        let failure = Locked<(any Error)?>(nil)
        var threads: [Thread] = []
        for index in 0..<count {
            do {
                threads.append(
                    try Thread {
                        do { try body(index) } catch { failure.withLock { if $0 == nil { $0 = error } } }
                    })
            } catch  where threads.isEmpty {
                throw error
            } catch {
                break
            }
        }
        for thread in threads { thread.join() }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Runs `body` on a thread of its own and awaits its result without blocking the pool.
    package static func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try Thread { continuation.resume(with: Swift.Result { try body() }) }.detach()
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Processors this process may use.
    package static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

/// One POSIX thread; join or detach it once.
package struct Thread: Sendable {
    private let handle: pthread_t

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// - Throws: `unavailable` if the system gives no thread.
    package init(_ body: @escaping @Sendable () -> Void) throws {
        var handle = pthread_t()
        let argument = Unmanaged.passRetained(Body(body))
        let code = pthread_create(
            &handle, nil,
            { raw in
                guard let raw else { return nil }
                Unmanaged<Body>.fromOpaque(raw).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard code == 0 else {
            argument.release()
            throw Fault(.unavailable, "cannot start a thread", cause: String(cString: strerror(code)))
        }
        self.handle = handle
    }

    package func join() { pthread_join(handle, nil) }
    package func detach() { pthread_detach(handle) }
}
