import CSystem
import DebVisorCore
import Glibc

/// One open file. Reads and writes are positioned and complete, so threads may share it; it closes with its last owner.
package final class File: Sendable {
    package let path: String
    package let descriptor: Int32

    /// Takes over an open descriptor.
    package init(adopting descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    package enum Access: Sendable {
        case read, readWrite
        /// For `writeDirectly`; not every file system has this.
        case writeDirectly
    }

    /// A file that is there. - Throws: `notFound`, `denied`, as the system says.
    package init(_ path: String, _ access: Access) throws {
        self.path = path
        descriptor =
            switch access {
            case .read: open(path, O_RDONLY | O_CLOEXEC)
            case .readWrite: open(path, O_RDWR | O_CLOEXEC)
            case .writeDirectly: dv_open_direct(path)
            }
        if descriptor < 0 { throw Fault.system(access == .writeDirectly ? -descriptor : errno, "open", path) }
    }

    /// A new file, mode 0600, for reading and writing; it must not exist.
    /// - Parameters:
    ///   - isDirect: bypasses the page cache where the file system allows it.
    ///   - purpose: what the file is; see `DiskStep`.
    /// - Throws: `notFound`, `denied`, `conflict` (exists), as the system says.
    package static func create(_ path: String, isDirect: Bool = false, _ purpose: StaticString) throws -> File {
        try DiskStep.perform(.create, purpose, .create(path)) {
            var descriptor = isDirect ? dv_create_direct(path) : -EINVAL
            if descriptor == -EINVAL {
                // A file system without direct writes may have made the file before it refused.
                let exclusive = isDirect ? 0 : O_EXCL
                descriptor = open(path, O_RDWR | O_CREAT | exclusive | O_CLOEXEC, 0o600)
                if descriptor < 0 { descriptor = -errno }
            }
            guard descriptor >= 0 else { throw Fault.system(-descriptor, "create", path) }
            return File(adopting: descriptor, path: path)
        }
    }

    private var status: stat {
        get throws {
            var info = stat()
            guard fstat(descriptor, &info) == 0 else { throw Fault.system(errno, "inspect", path) }
            return info
        }
    }

    package var size: Int { get throws { Int(try status.st_size) } }

    /// When the content last changed, in milliseconds of the file system's clock.
    package var modified: Int64 {
        get throws {
            let time = try status.st_mtim
            return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
        }
    }

    /// Bytes read: fewer than the buffer holds only at the end of the file.
    package func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws -> Int {
        var done = 0
        while done < buffer.count {
            let got = pread(descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
            if got == 0 { break }
            if got < 0 {
                if errno == EINTR { continue }
                throw Fault.system(errno, "read", path)
            }
            done += got
        }
        return done
    }

    /// Exactly `count` bytes. - Throws: `attention` if the file is shorter.
    package func bytes(at offset: Int, count: Int) throws -> [UInt8] {
        let bytes = try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = try read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
        }
        guard bytes.count == count else {
            throw Fault(
                .attention, "'\(path)' is shorter than it should be",
                cause: "\(bytes.count) of \(count) bytes at \(offset)")
        }
        return bytes
    }

    /// - Parameter purpose: what the file is; see `DiskStep`.
    package func write(_ buffer: UnsafeRawBufferPointer, at offset: Int, _ purpose: StaticString) throws {
        try DiskStep.perform(.write, purpose, .write(path, offset: offset, Array(buffer))) {
            var done = 0
            while done < buffer.count {
                let put = pwrite(
                    descriptor, buffer.baseAddress.map { $0 + done }, buffer.count - done, off_t(offset + done))
                if put < 0 {
                    if errno == EINTR { continue }
                    throw Fault.system(errno, "write", path)
                }
                done += put
            }
        }
    }

    /// Writes what goes at once, past the page cache: for a file opened `.writeDirectly`, and aligned buffers.
    /// - Returns: the bytes written; nil if the device wants another alignment.
    package func writeDirectly(
        _ buffer: UnsafeRawBufferPointer, at offset: Int, _ purpose: StaticString
    ) throws -> Int? {
        try DiskStep.perform(.write, purpose, .write(path, offset: offset, Array(buffer))) {
            while true {
                let put = pwrite(descriptor, buffer.baseAddress, buffer.count, off_t(offset))
                if put > 0 { return put }
                if put < 0, errno == EINVAL { return nil }
                if put == 0 || errno != EINTR { throw Fault.system(put == 0 ? ENOSPC : errno, "write", path) }
            }
        }
    }

    package func truncate(to size: Int, _ purpose: StaticString) throws {
        try DiskStep.perform(.truncate, purpose, .truncate(path, size: size)) {
            guard ftruncate(descriptor, off_t(size)) == 0 else { throw Fault.system(errno, "resize", path) }
        }
    }

    /// Whether `path` still names this very file.
    package var isStillNamed: Bool {
        get throws {
            var named = stat()
            guard stat(path, &named) == 0 else { return false }
            let own = try status
            return named.st_ino == own.st_ino && named.st_dev == own.st_dev
        }
    }

    /// Lets everybody read it, before it has content.
    func publish() throws {
        guard fchmod(descriptor, 0o644) == 0 else { throw Fault.system(errno, "set the permissions of", path) }
    }

    /// Makes the content (and the size) durable.
    package func synchronize(_ purpose: StaticString) throws {
        try DiskStep.perform(.sync, purpose, .sync(path)) {
            guard fdatasync(descriptor) == 0 else { throw Fault.system(errno, "sync", path) }
        }
    }

    /// As `synchronize`, with owner and permissions.
    package func synchronizeAll(_ purpose: StaticString) throws {
        try DiskStep.perform(.sync, purpose, .sync(path)) {
            guard fsync(descriptor) == 0 else { throw Fault.system(errno, "sync", path) }
        }
    }

    /// Sets the modification time to now and returns it in milliseconds: the file system's own clock.
    package func touch() throws -> Int64 {
        guard futimens(descriptor, nil) == 0 else { throw Fault.system(errno, "touch", path) }
        return try modified
    }

    /// Takes the lock of the whole file if nobody holds it. It ends with this object or this process (an OFD lock).
    package func tryLock(exclusive: Bool = true) throws -> Bool {
        let code = dv_ofd_lock(descriptor, exclusive ? 1 : 0)
        if code == EAGAIN { return false }
        guard code == 0 else { throw Fault.system(code, "lock", path) }
        return true
    }

    /// Takes the lock of the first byte alone, unless another has locked that; `tryLock` takes the rest as well.
    package func tryLockFirstByte() throws -> Bool {
        let code = dv_ofd_share_range(descriptor, 0, 1)
        if code == EAGAIN { return false }
        guard code == 0 else { throw Fault.system(code, "lock", path) }
        return true
    }

    /// Waits for the lock of the whole file.
    package func lock(exclusive: Bool = true) throws {
        let code = dv_ofd_lock_wait(descriptor, exclusive ? 1 : 0)
        guard code == 0 else { throw Fault.system(code, "lock", path) }
    }

    /// True if another open file description holds a lock in this range (QEMU marks images in use at bytes 100 to 300).
    package func isLocked(in range: Range<Int64>) throws -> Bool {
        let answer = dv_ofd_is_locked(descriptor, range.lowerBound, range.upperBound - range.lowerBound)
        if answer < 0 { throw Fault.system(-answer, "test the lock of", path) }
        return answer == 1
    }
}
