import DebVisorCore
import Glibc

/// What a launcher and a supervisor tell each other over a socket: pieces with their length before them.
struct Channel {
    let descriptor: Int32

    /// - Throws: `unavailable` if the other end is gone.
    func send(_ bytes: [UInt8]) throws {
        let length = UInt32(bytes.count)
        let framed = (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + bytes
        var done = 0
        while done < framed.count {
            let put = framed.withUnsafeBytes { buffer in
                Glibc.send(
                    descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, Int32(MSG_NOSIGNAL))
            }
            if put < 0 && errno == EINTR { continue }
            guard put > 0 else { throw Fault(.unavailable, "the other process is gone") }
            done += put
        }
    }

    /// Nil if the other end closed it before a whole piece came.
    func receive() -> [UInt8]? {
        guard let header = read(4) else { return nil }
        let length = header.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= 16 << 20 else { return nil }
        return read(length)
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + done }, count - done)
            }
            if got < 0 && errno == EINTR { continue }
            guard got > 0 else { return nil }
            done += got
        }
        return bytes
    }
}
