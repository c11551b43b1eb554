import CSystem
import DebVisorCore
import Glibc
import Hypervisor
import Platform

/// A raw image or a block device, read as it is.
final class RawSource: ClosableBlockSource {
    let sizeBytes: UInt64
    private let file: Locked<File?>
    private let path: String

    /// - Throws: `notFound`, `denied`, `conflict` (in use for writing), `failed` (neither file nor block device).
    init(_ path: String) throws {
        self.path = path
        let file = try File(path, .read)
        var info = stat()
        guard fstat(file.descriptor, &info) == 0 else { throw Fault.system(errno, "inspect", path) }
        switch info.st_mode & S_IFMT {
        case S_IFREG:
            sizeBytes = UInt64(info.st_size)
        case S_IFBLK:
            let size = dv_block_device_size(file.descriptor)
            guard size >= 0 else { throw Fault.system(Int32(-size), "measure", path) }
            sizeBytes = UInt64(size)
        default:
            throw Fault(.failed, "'\(path)' is neither a file nor a block device")
        }
        try ImageLock.share(file)
        _ = dv_read_ahead_off(file.descriptor)
        self.file = Locked(file)
    }

    func makeReader() throws -> any BlockReader {
        guard let file = file.withLock({ $0 }) else { throw Fault(.failed, "'\(path)' was closed") }
        return RawReader(file, size: Int64(sizeBytes))
    }

    /// Readers that still exist keep the file open until they are gone.
    func close() { file.withLock { $0 = nil } }
}
