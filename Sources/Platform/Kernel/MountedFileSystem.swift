import Glibc

/// A file system of this host on a disk of its own.
package struct MountedFileSystem: Sendable, Equatable {
    package var device: String
    package var mountPoint: String
    package var type: String
    package var isReadOnly: Bool
    /// Nil until `measured`.
    package var space: Space?

    package struct Space: Sendable, Equatable {
        package var size: UInt64
        /// Bytes that nothing has.
        package var free: UInt64
        /// Those that others than root may have.
        package var available: UInt64
        package var files: UInt64
        package var freeFiles: UInt64

        package init(size: UInt64, free: UInt64, available: UInt64, files: UInt64, freeFiles: UInt64) {
            (self.size, self.free, self.available) = (size, free, available)
            (self.files, self.freeFiles) = (files, freeFiles)
        }
    }

    /// Where images lie. Network file systems are none of these: one whose server is away holds whoever asks for ever.
    private static let local: Set<String> = ["ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "f2fs", "bcachefs", "vfat"]

    /// Those of a `/proc/self/mountinfo` (proc(5)), each once however often it is mounted.
    package static func all(_ text: String) -> [MountedFileSystem] {
        var found: [(number: Substring, system: MountedFileSystem)] = []
        for line in text.textLines {
            let words = line.words
            guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 3 else { continue }
            let type = String(words[dash + 1])
            guard local.contains(type) else { continue }
            let isReadOnly = [words[5], words[dash + 3]].contains { $0.split(separator: ",").contains("ro") }
            let system = MountedFileSystem(
                device: unescaped(words[dash + 2]), mountPoint: unescaped(words[4]), type: type, isReadOnly: isReadOnly)
            guard let other = found.firstIndex(where: { $0.number == words[2] }) else {
                found.append((words[2], system))
                continue
            }
            // Of several places the shortest is the one that people know.
            if system.mountPoint.utf8.count < found[other].system.mountPoint.utf8.count { found[other].system = system }
        }
        return found.map(\.system)
    }

    /// `\040` is a space.
    private static func unescaped(_ word: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(word.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3,
                let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// With its space; nil if it cannot be asked.
    func measured() -> MountedFileSystem? {
        var copy = self
        copy.space = Space(at: mountPoint)
        return copy.space == nil ? nil : copy
    }
}

extension MountedFileSystem.Space {
    /// Of the file system that a path lies on. Waits as long as that does not answer.
    package init?(at path: String) {
        var info = statvfs()
        guard statvfs(path, &info) == 0, info.f_blocks > 0 else { return nil }
        let unit = UInt64(info.f_frsize)
        self.init(
            size: UInt64(info.f_blocks) * unit, free: UInt64(info.f_bfree) * unit,
            available: UInt64(info.f_bavail) * unit, files: UInt64(info.f_files), freeFiles: UInt64(info.f_ffree))
    }
}
