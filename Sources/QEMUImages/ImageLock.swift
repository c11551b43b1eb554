import CSystem
import DebVisorCore
import Glibc
import Platform

/// QEMU's convention of locks on image files (block/file-posix.c): byte 100 + P says "I use permission P", byte
/// 200 + P "I do not share it". P is 0 for consistent reads, 1 for writes, 3 for resizes.
enum ImageLock {
    private static let write: Int64 = 1
    private static let resize: Int64 = 3

    /// Whether anybody uses the image, for reading or writing.
    static func isHeld(_ file: File) throws -> Bool { try file.isLocked(in: 100..<300) }

    /// - Throws: `conflict` if a machine (or another writer) has the image open for writing.
    static func refuseWriter(_ file: File) throws {
        guard try file.isLocked(in: 100 + write..<100 + write + 1) else { return }
        throw Fault(
            .conflict, "'\(file.path)' is open for writing in another program",
            hint: "a running virtual machine uses it; back up the machine, or shut it down")
    }

    /// As a read-only QEMU: nobody starts writing while the file is open, and nobody writes now.
    static func share(_ file: File) throws {
        for byte in [100, 200 + write, 200 + resize] {
            let code = dv_ofd_share_range(file.descriptor, byte, 1)
            // A file system without locks has no machine that could respect them.
            guard code == 0 || code == ENOLCK || code == EOPNOTSUPP || code == ENOSYS else {
                throw Fault.system(code, "lock", file.path)
            }
        }
        try refuseWriter(file)
    }
}
