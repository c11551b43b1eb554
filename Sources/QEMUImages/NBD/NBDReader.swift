import CDynamicTables
import DebVisorCore
import Glibc
import Hypervisor

/// Reads a disk over NBD. What follows in the data of the last `extents` answer is asked for ahead, so that the server
/// works while the caller does.
final class NBDReader: BlockReader {
    private let connection: NBDConnection
    private let ahead: ReadAhead
    /// Shorter than the protocol's 4 GiB, a multiple of every block size.
    private static let longestQuestion: UInt64 = 1 << 30

    init(_ connection: NBDConnection) {
        self.connection = connection
        ahead = ReadAhead(connection)
    }

    func extents(in range: Range<UInt64>) throws -> [BlockExtent] {
        var list = ExtentList(range)
        let end = min(range.upperBound, connection.size)
        if !connection.knowsExtents { list.append(until: end, isData: true) }
        while list.position < end {
            let before = list.position
            let entries = try connection.blockStatus(at: before, count: min(end - before, Self.longestQuestion))
            for index in stride(from: 0, to: entries.count - 1, by: 2) {
                let flags = entries[index + 1]
                // A stretch that reads as zeros need not be read, whether space is allocated for it or not.
                let isData = flags & UInt32(LIBNBD_STATE_ZERO) == 0
                list.append(until: min(list.position + UInt64(entries[index]), end), isData: isData)
            }
            guard list.position > before else {
                throw Fault(
                    .failed, "the server of the disk does not tell what is data", cause: "no extent at \(before)")
            }
        }
        let extents = list.finished
        ahead.expect(extents)
        return extents
    }

    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws {
        let inside = Int(min(UInt64(buffer.count), connection.size - min(offset, connection.size)))
        try ahead.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<inside]))
        if inside < buffer.count, let start = buffer.baseAddress { memset(start + inside, 0, buffer.count - inside) }
    }
}
