import DebVisorCore
import Glibc
import Platform
import Testing

@Suite("TCP server") struct TCPServerTests {
    @Test(
        "Addresses as they are typed",
        arguments: [
            ("127.0.0.1:9177", "127.0.0.1", 9177, "127.0.0.1:9177"), ("[::1]:80", "::1", 80, "[::1]:80"),
            ("localhost:0", "localhost", 0, "localhost:0"), ("0.0.0.0:65535", "0.0.0.0", 65535, "0.0.0.0:65535"),
        ])
    func addresses(text: String, host: String, port: UInt16, again: String) throws {
        let address = try #require(ListenAddress(text))
        #expect(address == ListenAddress(host: host, port: port))
        #expect(address.description == again)
    }

    @Test(
        "What is no address",
        arguments: ["", "9177", ":9177", "::1:80", "[::1]", "[127.0.0.1]:1", "a:b", "a:65536", "a:-1", "a b:1", "a:+1"])
    func noAddresses(text: String) { #expect(ListenAddress(text) == nil) }

    @Test("A port that is taken, and an address that is not ours, are told")
    func refusals() throws {
        let listener = try TCPListener(ListenAddress(host: "127.0.0.1", port: 0))
        #expect(listener.address.port > 0)
        func kind(_ host: String, _ port: UInt16) -> Fault.Kind? {
            do { _ = try TCPListener(ListenAddress(host: host, port: port)) } catch let fault as Fault {
                return fault.kind
            } catch {}
            return nil
        }
        #expect(kind("127.0.0.1", listener.address.port) == .conflict)
        #expect(kind("192.0.2.1", 0) == .notFound)
        #expect(kind("nowhere", 0) == .usage)
    }

    /// Answers each line with itself; a line "end" ends the connection.
    private func echo(_ received: [UInt8]) -> TCPServer.Answer {
        guard let feed = received.firstIndex(of: 10) else { return .more }
        let line = Array(received[...feed])
        return .reply([Array("> ".utf8), line], to: line.count, thenCloses: line == Array("end\n".utf8))
    }

    /// A server on a thread of its own while `body` runs.
    private func serving(_ limits: TCPServer.Limits = .init(), _ body: (ListenAddress) throws -> Void) throws {
        let listener = try TCPListener(ListenAddress(host: "127.0.0.1", port: 0))
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        let (stop, end) = (ends[0], ends[1])
        let thread = try Thread { TCPServer(listener, limits).serve(until: stop, answer: echo) }
        defer {
            close(end)
            thread.join()
            close(stop)
        }
        try body(listener.address)
    }

    private func connect(_ address: ListenAddress) -> Int32 {
        let peer = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = address.port.bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let status = withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(peer, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        #expect(status == 0)
        return peer
    }

    private func say(_ text: String, _ peer: Int32) {
        _ = text.withCString { send(peer, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
    }

    /// So many bytes, or all until the connection ends.
    private func hear(_ count: Int, _ peer: Int32) -> String {
        var heard: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while heard.count < count {
            let got = recv(peer, &buffer, min(buffer.count, count - heard.count), 0)
            guard got > 0 else { break }
            heard += buffer[..<got]
        }
        return String(decoding: heard, as: UTF8.self)
    }

    @Test("Requests are answered in order, in pieces, after a half close")
    func answers() throws {
        try serving { address in
            let peer = connect(address)
            say("one\ntwo\nthr", peer)
            #expect(hear(12, peer) == "> one\n> two\n")
            say("ee\nend\nnever\n", peer)
            #expect(hear(100, peer) == "> three\n> end\n")
            close(peer)
            let other = connect(address)
            say("last\n", other)
            shutdown(other, Int32(SHUT_WR))
            #expect(hear(100, other) == "> last\n")
            close(other)
        }
    }

    @Test("Of too many connections those that wait longest are closed, never the one that asks")
    func crowd() throws {
        var limits = TCPServer.Limits()
        limits.connections = 5
        try serving(limits) { address in
            let silent = (0..<20).map { _ in connect(address) }
            for peer in silent { say("half", peer) }
            let asking = connect(address)
            say("here\n", asking)
            #expect(hear(7, asking) == "> here\n")
            #expect(hear(1, silent[0]) == "", "the oldest was closed")
            for peer in silent + [asking] { close(peer) }
        }
    }

    @Test("A request that does not come to an end is given up, and so is an idle client")
    func deadlines() throws {
        var limits = TCPServer.Limits()
        (limits.request, limits.idle) = (.milliseconds(50), .milliseconds(50))
        try serving(limits) { address in
            let slow = connect(address)
            say("half", slow)
            #expect(hear(1, slow) == "")
            let idle = connect(address)
            say("x\n", idle)
            #expect(hear(100, idle) == "> x\n")
            close(slow)
            close(idle)
        }
    }
}
