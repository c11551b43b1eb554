import DebVisorCore
import Hypervisor
import Platform

/// The machines of a libvirt daemon, `test:///default` included.
///
/// Making one costs nothing; the library is loaded and the daemon called when first asked. Every call runs on a
/// thread of its own, which is abandoned if the daemon does not answer within the deadline.
package final class LibvirtHypervisor: Hypervisor {
    package let uri: String
    let place: HypervisorURI
    let deadline: Duration
    let directories: DaemonDirectories
    private let open = Locked<LibvirtConnection?>(nil)

    /// - Parameters:
    ///   - deadline: of every call to the daemon, connecting included.
    ///   - directories: where the daemon keeps things, if not at Debian's places.
    package init(uri: String, deadline: Duration = .seconds(30), directories: DaemonDirectories? = nil) {
        self.uri = uri
        self.deadline = deadline
        place = HypervisorURI(uri)
        self.directories = directories ?? .standard(session: place.isSession, .process)
    }

    /// Runs `body` against the daemon.
    /// - Parameter limit: the deadline, unless another is given.
    func call<Result: Sendable>(
        within limit: Duration? = nil, late: @escaping @Sendable (Result) -> Void = { _ in },
        _ body: @escaping @Sendable (LibvirtConnection) throws -> Result
    ) async throws -> Result {
        do {
            return try await Worker.run(within: limit ?? deadline, otherwise: { self.silence() }, late: late) {
                try body(try self.connection())
            }
        } catch let fault as Fault where fault.kind == .timeout {
            // What hung once would hang again: the next call makes a new connection.
            open.withLock { $0 = nil }
            throw fault
        }
    }

    /// As `call`, once more on a new connection if the daemon was restarted since the last call.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (LibvirtConnection) throws -> Result
    ) async throws -> Result {
        do {
            return try await call(body)
        } catch {
            guard let connection = open.withLock({ $0 }), !connection.isAlive else { throw error }
            return try await call(body)
        }
    }

    /// As `read`, for counters of machines. The first to ask a QEMU that does not answer hangs in spite of NOWAIT; once
    /// it holds that machine, whoever asks next is told what the daemon knows.
    func readCounters<Result: Sendable>(
        _ body: @escaping @Sendable (LibvirtConnection) throws -> Result
    ) async throws -> Result {
        let patience = deadline / 4
        do {
            return try await call(within: patience, body)
        } catch let fault as Fault where fault.kind == .timeout {
            return try await call(within: deadline - patience, body)
        } catch {
            return try await read(body)
        }
    }

    /// Blocks: only on a thread of our own.
    func connection() throws -> LibvirtConnection {
        if let connection = open.withLock({ $0 }), connection.isAlive { return connection }
        // Outside the lock: it may take for ever.
        let connection = try LibvirtConnection(uri)
        return open.withLock { current in
            if let current, current.isAlive { return current }
            current = connection
            return connection
        }
    }

    private func silence() -> Fault {
        Fault(
            .timeout, "'\(uri)' did not answer within \(deadline)",
            hint: "the daemon hangs; see 'systemctl status libvirtd'")
    }
}
