import DebVisorCore
import Glibc

/// A socket that takes connections. Closed with its last owner.
package final class TCPListener: Sendable {
    let descriptor: Int32
    /// Where it listens, with the port that it has got.
    package let address: ListenAddress

    /// Takes an address of this host; names are not looked up but for `localhost`.
    /// - Throws: `conflict` if another program listens there, `denied` for a port that we may not have, `usage` for what is no
    ///   address, `notFound` for one that is not this host's.
    package init(_ wanted: ListenAddress) throws {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV
        let host = wanted.host == "localhost" ? "127.0.0.1" : wanted.host
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, "\(wanted.port)", &hints, &found) == 0, let found else {
            throw Fault(
                .usage, "'\(wanted.host)' is no address",
                hint: "write it like 127.0.0.1:\(wanted.port) or [::1]:\(wanted.port)")
        }
        defer { freeaddrinfo(found) }
        let info = found.pointee
        descriptor = socket(info.ai_family, info.ai_socktype, info.ai_protocol)
        guard descriptor >= 0 else { throw Self.refusal(errno, wanted) }
        do {
            try Self.listen(descriptor, info, wanted)
            address = ListenAddress(host: wanted.host, port: try Self.port(of: descriptor, wanted))
        } catch {
            close(descriptor)
            throw error
        }
    }

    deinit { close(descriptor) }

    private static func listen(_ descriptor: Int32, _ info: addrinfo, _ wanted: ListenAddress) throws {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        // An address whose last connections are still winding up can be taken again.
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, info.ai_addr, info.ai_addrlen) == 0, Glibc.listen(descriptor, 128) == 0 else {
            throw refusal(errno, wanted)
        }
    }

    private static func port(of descriptor: Int32, _ wanted: ListenAddress) throws -> UInt16 {
        guard wanted.port == 0 else { return wanted.port }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { throw refusal(errno, wanted) }
        // Both families have the port in the third and fourth byte.
        return withUnsafeBytes(of: &storage) { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
    }

    private static func refusal(_ code: Int32, _ wanted: ListenAddress) -> Fault {
        let message = "cannot listen on \(wanted)"
        let cause = String(cString: strerror(code))
        switch code {
        case EADDRINUSE:
            return Fault(
                .conflict, message, hint: "'ss -ltnp' shows who listens there; or choose another port", cause: cause)
        case EACCES, EPERM: return Fault(.denied, message, hint: "choose a port above 1023", cause: cause)
        case EADDRNOTAVAIL, EAFNOSUPPORT:
            return Fault(.notFound, message, hint: "'ip address' shows the addresses of this host", cause: cause)
        default: return Fault(.failed, message, hint: "check the address", cause: cause)
        }
    }

    /// The next connection that waits; nil if none does.
    /// - Throws: `unavailable` if no more files can be opened.
    func accept() throws -> Int32? {
        while true {
            let peer = Glibc.accept(descriptor, nil, nil)
            if peer >= 0 {
                _ = fcntl(peer, F_SETFD, FD_CLOEXEC)
                _ = fcntl(peer, F_SETFL, O_NONBLOCK)
                return peer
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: throw Fault.system(errno, "take a connection on", "\(address)")
            default: return nil
            }
        }
    }
}
