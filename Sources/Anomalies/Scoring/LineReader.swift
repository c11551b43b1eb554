import DebVisorCore
import Glibc
import Platform

/// The lines of a descriptor, one at a time out of one buffer, however long the input is.
struct LineReader: ~Copyable {
    /// Bytes a line may have; a longer one is no row of anything.
    static let longestLine = 65_536

    private let descriptor: Int32
    private let name: String
    private let buffer: UnsafeMutablePointer<UInt8>
    private let capacity = 4 * longestLine
    /// The part of the buffer that was read and not given out.
    private var start = 0
    private var end = 0
    private var isAtEnd = false
    /// Lines given out so far.
    private(set) var line = 0

    init(_ descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
        buffer = .allocate(capacity: capacity)
    }

    deinit { buffer.deallocate() }

    enum Next {
        /// Without the line feed; valid until the next call.
        case line(UnsafeBufferPointer<UInt8>)
        /// There is no whole line in the buffer: `fill` it.
        case more
        case tooLong
        case end
    }

    @inline(__always)
    mutating func next() -> Next {
        let held = end &- start
        if let feed = memchr(buffer + start, 10, held) {
            let length = UnsafeRawPointer(feed) - UnsafeRawPointer(buffer + start)
            guard length <= Self.longestLine else { return tooLong() }
            return take(length, feed: 1)
        }
        if held > Self.longestLine { return tooLong() }
        guard isAtEnd else { return .more }
        return held == 0 ? .end : take(held, feed: 0)
    }

    @inline(__always)
    private mutating func take(_ length: Int, feed: Int) -> Next {
        let text = UnsafeBufferPointer(start: buffer + start, count: length)
        start &+= length &+ feed
        line &+= 1
        return .line(text)
    }

    private mutating func tooLong() -> Next {
        line += 1
        return .tooLong
    }

    /// Reads what there is, waiting for at least one byte. - Throws: as the system says.
    mutating func fill() throws {
        buffer.update(from: buffer + start, count: end - start)
        end -= start
        start = 0
        while true {
            let got = read(descriptor, buffer + end, capacity - end)
            if got < 0, errno == EINTR { continue }
            guard got >= 0 else { throw Fault.system(errno, "read", name) }
            end += got
            isAtEnd = got == 0
            return
        }
    }
}
