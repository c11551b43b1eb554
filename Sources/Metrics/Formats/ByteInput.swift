import DebVisorCore
import Glibc

/// Where bytes come from: a file, a pipe, an array.
package struct ByteInput {
    /// What it is called in messages: a path, or `standard input`.
    package let name: String
    /// Fills the front of a buffer. - Returns: how many bytes; 0 at the end.
    let read: (UnsafeMutableRawBufferPointer) throws -> Int

    package init(_ name: String, read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) {
        (self.name, self.read) = (name, read)
    }

    package init(_ name: String, bytes: [UInt8]) {
        var done = 0
        self.init(name) { buffer in
            let count = min(buffer.count, bytes.count - done)
            bytes[done..<done + count].withUnsafeBytes { buffer.copyMemory(from: $0) }
            done += count
            return count
        }
    }

    /// An open descriptor, which stays the caller's.
    package init(_ name: String, descriptor: Int32) {
        self.init(name) { buffer in
            while true {
                let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                if count >= 0 { return count }
                if errno != EINTR {
                    throw Fault(.failed, "cannot read '\(name)'", cause: String(cString: strerror(errno)))
                }
            }
        }
    }
}
