import DebVisorCore
import Glibc

/// What is piped into the process.
package enum StandardInput {
    package static let descriptor: Int32 = STDIN_FILENO

    /// Everything up to its end. - Throws: `usage` if it is longer than `limit` bytes.
    package static func read(limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let got = Glibc.read(STDIN_FILENO, &buffer, buffer.count)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw Fault.system(errno, "read", "standard input") }
            if got == 0 { return bytes }
            bytes += buffer[..<got]
            guard bytes.count <= limit else {
                throw Fault(.usage, "standard input is longer than \(limit) bytes", hint: "give a file instead")
            }
        }
    }
}
