import CSystem
import DebVisorCore
import Glibc
import Hypervisor
import Platform

/// Reads a raw image and leaves the page cache as it was: what it had to fetch it drops again.
final class RawReader: BlockReader {
    private let file: File
    private let size: Int64
    /// Fetched and dropped at once; what a machine had cached in the middle of it is lost, so it is not large.
    private static let step = 256 << 10

    init(_ file: File, size: Int64) {
        self.file = file
        self.size = size
    }

    func extents(in range: Range<UInt64>) throws -> [BlockExtent] {
        var list = ExtentList(range)
        let end = min(Int64(clamping: range.upperBound), size)
        var position = Int64(clamping: range.lowerBound)
        while position < end {
            let data = try seek(position, data: true) ?? size
            list.append(until: UInt64(min(data, end)), isData: false)
            guard data < end else { break }
            let hole = try seek(data, data: false) ?? size
            position = min(hole, end)
            list.append(until: UInt64(position), isData: true)
        }
        return list.finished
    }

    /// Nil if there is none until the end of the file.
    private func seek(_ offset: Int64, data: Bool) throws -> Int64? {
        let found = dv_seek_extent(file.descriptor, offset, data ? 1 : 0)
        if found >= 0 { return found }
        switch Int32(-found) {
        case ENXIO: return nil
        // A device or file system that does not know its holes: all is data.
        case EINVAL, EOPNOTSUPP, ENOTTY: return data ? offset : nil
        default: throw Fault.system(Int32(-found), "find the data of", file.path)
        }
    }

    func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws {
        guard var place = buffer.baseAddress else { return }
        var offset = Int64(clamping: offset)
        var left = Int(min(Int64(buffer.count), max(0, size - offset)))
        let tail = buffer.count - left
        while left > 0 {
            var got = Int(dv_pread_cached(file.descriptor, place, left, offset))
            if got <= 0 {
                got = try fetch(place, min(left, Self.step - Int(offset) % Self.step), offset)
            }
            place += got
            offset += Int64(got)
            left -= got
        }
        if tail > 0 { memset(place, 0, tail) }
    }

    private func fetch(_ place: UnsafeMutableRawPointer, _ count: Int, _ offset: Int64) throws -> Int {
        while true {
            let got = pread(file.descriptor, place, count, off_t(offset))
            if got > 0 {
                _ = dv_drop_cache(file.descriptor, offset, Int64(got))
                return got
            }
            if got == 0 { throw Fault(.failed, "'\(file.path)' became shorter while it was read") }
            if errno != EINTR { throw Fault.system(errno, "read", file.path) }
        }
    }
}
