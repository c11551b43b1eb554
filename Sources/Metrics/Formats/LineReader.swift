import DebVisorCore
import Glibc

/// The lines of an input, one at a time, in bounded memory.
final class LineReader {
    /// No line is longer.
    static let longest = 1 << 20
    private static let block = 256 << 10

    private let input: ByteInput
    private let buffer: UnsafeMutablePointer<UInt8>
    private var (start, end): (Int, Int) = (0, 0)
    private var isAtEnd = false
    /// The number of the line that `next` returned last, from 1.
    private(set) var number = 0
    /// False if the last line ends without a line feed.
    private(set) var isComplete = true

    init(_ input: ByteInput) {
        self.input = input
        buffer = .allocate(capacity: Self.longest + Self.block)
    }

    deinit { buffer.deallocate() }

    /// The next line without its end, valid until the next call; nil after the last.
    /// - Throws: a problem if it is too long.
    @inline(__always)
    func next() throws -> TextCursor? {
        var searched = start
        while true {
            if let found = memchr(buffer + searched, 10, end - searched) {
                let feed = UnsafePointer(found.assumingMemoryBound(to: UInt8.self))
                return line(to: feed - UnsafePointer(buffer), skipping: 1)
            }
            searched = end
            guard !isAtEnd else {
                guard start < end else { return nil }
                isComplete = false
                return line(to: end, skipping: 0)
            }
            guard end - start < Self.longest else {
                number += 1
                throw LineProblem(
                    0, "a line is longer than 1 MiB", hint: "is it a text file of this format, with lines at all?")
            }
            searched -= start
            try fill()
        }
    }

    private func line(to feed: Int, skipping: Int) -> TextCursor {
        let isWindows = feed > start && buffer[feed - 1] == 13
        let cursor = TextCursor(buffer + start, count: feed - start - (isWindows ? 1 : 0))
        start = feed + skipping
        number += 1
        return cursor
    }

    /// Moves what is left to the front and reads on.
    private func fill() throws {
        if start > 0 { memmove(buffer, buffer + start, end - start) }
        (start, end) = (0, end - start)
        let got = try input.read(UnsafeMutableRawBufferPointer(start: buffer + end, count: Self.block))
        if got == 0 { isAtEnd = true }
        end += got
    }
}
