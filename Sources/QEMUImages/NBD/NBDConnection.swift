import CDynamicTables
import DebVisorCore
import Glibc
import Platform

/// One connection to a server, used by one thread. After a failure it is closed and every call repeats that failure.
final class NBDConnection {
    let libnbd: LibNBD
    let size: UInt64
    /// Most bytes that one request may read or write.
    let largest: Int
    /// What the server is asked about stretches of the disk: a metadata context of the protocol.
    let context: String
    /// False if the server does not tell.
    let knowsContext: Bool
    private let timeout: Duration
    private let what: String
    private(set) var handle: OpaquePointer?
    private var failure: Fault?

    /// Tells what is data and what reads as zeros.
    static let allocation = "base:allocation"
    /// Tells what a bitmap of QEMU marks.
    static func bitmap(_ name: String) -> String { "qemu:dirty-bitmap:\(name)" }

    /// - Throws: `unavailable` if nobody listens or there is no such export, `denied`, `timeout`.
    init(socketPath: String, exportName: String, timeout: Duration, context: String = allocation) throws {
        libnbd = try LibNBD.load()
        self.timeout = timeout
        self.context = context
        what = exportName.isEmpty ? "'\(socketPath)'" : "'\(exportName)' at '\(socketPath)'"
        let calls = libnbd.table.pointee
        guard let handle = calls.nbd_create() else { throw Self.fault(libnbd, "cannot use libnbd for \(what)") }
        do {
            try Self.connect(handle, libnbd, socketPath, exportName, context, timeout, what)
        } catch {
            calls.nbd_close(handle)
            throw error
        }
        self.handle = handle
        size = UInt64(max(0, calls.nbd_get_size(handle)))
        knowsContext = calls.nbd_can_meta_context(handle, context) == 1
        let maximum = calls.nbd_get_block_size(handle, Int32(LIBNBD_SIZE_MAXIMUM))
        largest = maximum > 0 ? Int(min(maximum, 32 << 20)) : 32 << 20
    }

    deinit { close() }

    /// Ends the connection without waiting for the server; requests on their way are forgotten.
    func close() {
        guard let handle else { return }
        self.handle = nil
        libnbd.table.pointee.nbd_close(handle)
    }

    private static func fault(_ libnbd: LibNBD, _ message: String) -> Fault {
        let (text, code) = libnbd.lastError
        let denied = code == EACCES || code == EPERM
        return Fault(
            denied ? .denied : .unavailable, message,
            hint: denied ? "run as root" : "the server of the disk is gone", cause: text)
    }

    private static func connect(
        _ handle: OpaquePointer, _ libnbd: LibNBD, _ path: String, _ export: String, _ context: String,
        _ timeout: Duration, _ what: String
    ) throws {
        let calls = libnbd.table.pointee
        let message = "cannot open the disk \(what)"
        _ = calls.nbd_set_pread_initialize(handle, false)
        guard calls.nbd_set_export_name(handle, export) == 0,
            calls.nbd_add_meta_context(handle, context) == 0,
            calls.nbd_aio_connect_unix(handle, path) == 0
        else { throw fault(libnbd, message) }
        let deadline = ContinuousClock.now + timeout
        while calls.nbd_aio_is_ready(handle) != 1 {
            guard ContinuousClock.now < deadline else {
                throw Fault(.timeout, "the server of \(what) did not answer within \(timeout)")
            }
            guard calls.nbd_poll(handle, Deadline.milliseconds(until: deadline)) >= 0 else {
                throw fault(libnbd, message)
            }
        }
    }

    /// The open connection. - Throws: what broke it.
    func live() throws -> OpaquePointer {
        if let failure { throw failure }
        guard let handle else { throw Fault(.failed, "the connection to \(what) was closed") }
        return handle
    }

    /// Closes and remembers why. Buffers of requests on their way are free from here on.
    func fail(_ doing: String) -> Fault {
        let fault = Self.fault(libnbd, "cannot \(doing) \(what)")
        return give(up: fault)
    }

    private func give(up fault: Fault) -> Fault {
        failure = fault
        close()
        return fault
    }

    /// Waits for one request.
    func complete(_ cookie: Int64, _ doing: String) throws {
        let deadline = ContinuousClock.now + timeout
        while true {
            let handle = try live()
            switch libnbd.table.pointee.nbd_aio_command_completed(handle, UInt64(cookie)) {
            case 1: return
            case 0: break
            default: throw requestFailure(doing)
            }
            guard ContinuousClock.now < deadline else {
                throw give(up: Fault(.timeout, "the server of \(what) did not answer within \(timeout)"))
            }
            guard libnbd.table.pointee.nbd_poll(handle, Deadline.milliseconds(until: deadline)) >= 0 else {
                throw fail(doing)
            }
        }
    }

    /// The server answered, but with an error; or it went away.
    private func requestFailure(_ doing: String) -> Fault {
        guard let handle, libnbd.table.pointee.nbd_aio_is_ready(handle) == 1 else { return fail(doing) }
        let (text, code) = libnbd.lastError
        let kind: Fault.Kind = code == EPERM || code == EACCES ? .denied : .failed
        let hint = code == ENOSPC ? "free some space and run the command again" : nil
        // Other requests may still write into buffers of the caller: the connection ends here as well.
        return give(up: Fault(kind, "cannot \(doing) \(what)", hint: hint, cause: text))
    }
}
