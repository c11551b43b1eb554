import CDynamicTables
import DebVisorCore
import Glibc
import Hypervisor

/// Reads a disk over NBD. What follows in the data of the last `extents` answer is asked for ahead, so that the server
/// works while the caller does.
final class NBDReader: BlockReader {
    private let connection: NBDConnection
    private let ahead: ReadAhead
    private let bitmaps: [NBDConnection]

    /// - Parameter bitmaps: connections whose contexts mark what changed, each to an export of the same disk.
    init(_ connection: NBDConnection, bitmaps: [NBDConnection] = []) {
        self.connection = connection
        self.bitmaps = bitmaps
        ahead = ReadAhead(connection)
    }

    func extents(in range: Range<UInt64>) throws -> [BlockExtent] {
        var list = ExtentList(range)
        if connection.knowsContext {
            try connection.forEachStretch(in: range) { stretch, flags in
                // A stretch that reads as zeros need not be read, whether space is allocated for it or not.
                list.append(until: stretch.upperBound, isData: flags & UInt32(LIBNBD_STATE_ZERO) == 0)
            }
        } else {
            list.append(until: min(range.upperBound, connection.size), isData: true)
        }
        let extents = list.finished
        ahead.expect(extents.filter(\.isData).map(\.range))
        return extents
    }

    func changes(in range: Range<UInt64>) throws -> [Range<UInt64>] {
        guard !bitmaps.isEmpty else { return [range] }
        var changes: [Range<UInt64>] = []
        for bitmap in bitmaps {
            try bitmap.forEachStretch(in: range) { stretch, flags in
                if flags & Self.dirty != 0 { changes.append(stretch) }
            }
        }
        return changes.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { $0.join($1) }
    }

    /// Bit 0 of a `qemu:dirty-bitmap:` context (QEMU, docs/interop/nbd.txt).
    private static let dirty: UInt32 = 1

    func announce(_ ranges: [Range<UInt64>]) { ahead.expect(ranges) }

    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws {
        let inside = Int(min(UInt64(buffer.count), connection.size - min(offset, connection.size)))
        try ahead.read(at: offset, into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<inside]))
        if inside < buffer.count, let start = buffer.baseAddress { memset(start + inside, 0, buffer.count - inside) }
    }
}
