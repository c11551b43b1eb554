import Glibc

/// Files that the kernel makes while they are read: below `/proc` and `/sys`.
enum KernelFile {
    /// The whole text; nil if it is not there or cannot be read, as `speed` of a link that is down.
    static func text(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        // A kernel with thousands of interrupts writes some hundred kilobytes.
        while bytes.count < 16 << 20 {
            var got = 0
            let piece = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                got = read(descriptor, buffer.baseAddress, buffer.count)
                count = max(0, got)
            }
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { return nil }
            if got == 0 { break }
            bytes += piece
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The number that is all of a file.
    static func number(_ path: String) -> Int64? {
        text(path).flatMap { Int64($0.prefix { $0 != "\n" }) }
    }
}

extension StringProtocol {
    /// Its lines, and the words of a line.
    var textLines: [SubSequence] { split(separator: "\n") }
    var words: [SubSequence] { split { $0 == " " || $0 == "\t" } }
}
