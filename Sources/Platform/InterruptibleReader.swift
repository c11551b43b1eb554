import DebVisorCore
import Glibc

/// Reads what may never come, until somebody says that it is enough.
package struct InterruptibleReader: Sendable {
    private let descriptor: Int32
    private let stop: Int32
    private let name: String

    /// - Parameters:
    ///   - descriptor: open for reading as long as this is used.
    ///   - stop: a descriptor that becomes readable when reading shall end.
    ///   - name: for messages.
    package init(_ descriptor: Int32, until stop: Int32, name: String) {
        (self.descriptor, self.stop, self.name) = (descriptor, stop, name)
    }

    /// Fills the front of a buffer with what there is, waiting for the first byte. - Returns: how many bytes; 0 at the end.
    /// - Throws: `CancellationError` when it shall end; `failed`, as the system says.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            var entries = [stop, descriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&entries, 2, -1) >= 0 else {
                if errno == EINTR { continue }
                throw Fault.system(errno, "read", name)
            }
            if entries[0].revents != 0 { throw CancellationError() }
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR, errno != EAGAIN { throw Fault.system(errno, "read", name) }
        }
    }
}
