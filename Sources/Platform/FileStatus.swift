import DebVisorCore
import Glibc

/// Permissions and owner of a file.
package struct FileStatus: Sendable, Equatable {
    /// Permission bits only.
    package var mode: UInt32
    package var userID: UInt32
    package var groupID: UInt32

    package init(mode: UInt32, userID: UInt32, groupID: UInt32) {
        self.mode = mode
        self.userID = userID
        self.groupID = groupID
    }

    /// - Throws: `notFound`, `denied`.
    package init(of path: String) throws {
        var info = stat()
        guard stat(path, &info) == 0 else { throw Fault.system(errno, "inspect", path) }
        self.init(mode: info.st_mode & 0o7777, userID: info.st_uid, groupID: info.st_gid)
    }

    /// Tells a file from one that was put in its place; nil for what is no file, or cannot be seen.
    package static func inode(of path: String) -> UInt64? {
        var info = stat()
        guard stat(path, &info) == 0, info.st_mode & S_IFMT == S_IFREG else { return nil }
        return UInt64(info.st_ino)
    }

    /// Gives a file these permissions and, as far as we may, this owner.
    package func apply(to path: String) throws {
        // The owner first: for the old one the mode may be too generous, and a change of owner clears bits of it.
        // Only root gives files away; for others the file stays theirs.
        if geteuid() == 0, chown(path, userID, groupID) != 0 { throw Fault.system(errno, "set the owner of", path) }
        guard chmod(path, mode) == 0 else { throw Fault.system(errno, "set the permissions of", path) }
    }
}
