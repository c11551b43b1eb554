import CSystem
import DebVisorCore
import Hypervisor
import Platform

/// A new raw image, sparse where nothing is written. What is aligned goes past the page cache: a copy there would cost
/// as much time as all else of a restore, and push out what the host's machines use.
final class RawSink: BlockSink {
    private let file: Locked<File?>
    /// The same file for direct writes; nil where the file system has none.
    private let direct: Locked<File?>
    private let path: String

    /// - Throws: `conflict` if the path exists.
    init(_ path: String, sizeBytes: UInt64) throws {
        self.path = path
        let file = try File.create(path, "restore")
        do {
            try file.truncate(to: Int(sizeBytes), "restore")
        } catch {
            _ = try? Directory.remove(path, "restore")
            throw error
        }
        self.file = Locked(file)
        direct = Locked(try? File(path, .writeDirectly))
    }

    func makeWriter() throws -> any BlockWriter {
        guard let file = file.withLock({ $0 }) else { throw Fault(.failed, "'\(path)' was closed") }
        return RawWriter(file, direct: direct.withLock { $0 })
    }

    func finish() throws {
        guard let file = file.withLock({ $0 }) else { throw Fault(.failed, "'\(path)' was closed") }
        try file.synchronize("restore")
        try Directory.synchronize(Directory.parent(of: path) ?? "/", "restore")
        abandon()
    }

    func abandon() {
        file.withLock { $0 = nil }
        direct.withLock { $0 = nil }
    }
}

/// One thread's writes, each as it comes.
final class RawWriter: BlockWriter {
    private let file: File
    private var direct: File?

    /// What direct writes want of address, place and length; a device that wants more refuses, and gets none.
    private static let alignment = 4096

    init(_ file: File, direct: File?) {
        self.file = file
        self.direct = direct
    }

    func write(at offset: UInt64, from buffer: UnsafeRawBufferPointer) throws {
        let done = try writeDirectly(at: Int(offset), buffer)
        guard done < buffer.count else { return }
        let rest = UnsafeRawBufferPointer(rebasing: buffer[done...])
        try file.write(rest, at: Int(offset) + done, "restore")
        // On its way to the disk at once: else all of it would wait for the end.
        _ = dv_start_writeback(file.descriptor, Int64(offset) + Int64(done), Int64(rest.count))
    }

    /// Bytes that are written; the rest is for the page cache.
    private func writeDirectly(at offset: Int, _ buffer: UnsafeRawBufferPointer) throws -> Int {
        guard let direct, let start = buffer.baseAddress, offset % Self.alignment == 0,
            Int(bitPattern: start) % Self.alignment == 0
        else { return 0 }
        let count = buffer.count & ~(Self.alignment - 1)
        // Into a hole, ext4 lets one direct write after the other; into what has its place, all at a time. Where this is
        // not to be had, the write says what is wrong.
        _ = dv_allocate(direct.descriptor, Int64(offset), Int64(count))
        var done = 0
        while done < count {
            let rest = UnsafeRawBufferPointer(start: start + done, count: count - done)
            guard let put = try direct.writeDirectly(rest, at: offset + done, "restore") else {
                self.direct = nil
                return done
            }
            done += put & ~(Self.alignment - 1)
            // A short write off the alignment: once more through the page cache, which the kernel keeps coherent.
            if put % Self.alignment != 0 { return done }
        }
        return done
    }
}
