import CSystem
import DebVisorCore
import Hypervisor
import Platform

/// A new raw image, sparse where nothing is written.
final class RawSink: BlockSink {
    private let file: Locked<File?>
    private let path: String

    /// - Throws: `conflict` if the path exists.
    init(_ path: String, sizeBytes: UInt64) throws {
        self.path = path
        let file = try File(path, .create)
        do {
            try file.truncate(to: Int(sizeBytes))
        } catch {
            _ = try? Directory.remove(path)
            throw error
        }
        self.file = Locked(file)
    }

    func makeWriter() throws -> any BlockWriter {
        guard let file = file.withLock({ $0 }) else { throw Fault(.failed, "'\(path)' was closed") }
        return RawWriter(file)
    }

    func finish() throws {
        guard let file = file.withLock({ $0 }) else { throw Fault(.failed, "'\(path)' was closed") }
        try file.synchronize()
        try Directory.synchronize(Directory.parent(of: path) ?? "/")
        abandon()
    }

    func abandon() { file.withLock { $0 = nil } }
}

final class RawWriter: BlockWriter {
    private let file: File

    init(_ file: File) { self.file = file }

    func write(at offset: UInt64, from buffer: UnsafeRawBufferPointer) throws {
        try file.write(buffer, at: Int(offset))
        // On its way to the disk at once: else all of it would wait for the end.
        _ = dv_start_writeback(file.descriptor, Int64(offset), Int64(buffer.count))
    }
}
