import DebVisorCore
import Hypervisor

/// Writes a disk over NBD, large buffers as several requests at once.
final class NBDWriter: BlockWriter {
    let connection: NBDConnection
    private static let depth = 16

    init(_ connection: NBDConnection) { self.connection = connection }

    func write(at offset: UInt64, from buffer: UnsafeRawBufferPointer) throws {
        guard let start = buffer.baseAddress else { return }
        // What lies past the end of the disk can only be the padding of its last block.
        let count = Int(min(UInt64(buffer.count), connection.size - min(offset, connection.size)))
        let piece = min(256 << 10, connection.largest)
        var cookies: [Int64] = []
        var done = 0
        while done < count || !cookies.isEmpty {
            while done < count, cookies.count < Self.depth {
                let length = min(piece, count - done)
                cookies.append(try connection.startWrite(start + done, length, at: offset + UInt64(done)))
                done += length
            }
            try connection.complete(cookies.removeFirst(), "write")
        }
    }
}
