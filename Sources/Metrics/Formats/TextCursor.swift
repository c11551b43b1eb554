import DebVisorCore

/// What is wrong with a line, and at which byte of it (counted from 0).
struct LineProblem: Error {
    var offset: Int
    var message: String
    var hint: String?

    init(_ offset: Int, _ message: String, hint: String? = nil) {
        (self.offset, self.message, self.hint) = (offset, message, hint)
    }
}

/// A place in a line of bytes. The bytes live as long as the call that was given the cursor.
struct TextCursor {
    let start: UnsafePointer<UInt8>
    let end: UnsafePointer<UInt8>
    var next: UnsafePointer<UInt8>

    init(_ start: UnsafePointer<UInt8>, count: Int) {
        (self.start, next, end) = (start, start, start + count)
    }

    /// A part of a line, whose problems have their place in the line.
    init(_ part: UnsafeBufferPointer<UInt8>, of line: TextCursor) {
        start = line.start
        next = part.baseAddress ?? line.start
        end = next + part.count
    }

    var offset: Int { next - start }
    var isAtEnd: Bool { next == end }
    /// The next byte; 0 at the end.
    var byte: UInt8 { next < end ? next.pointee : 0 }

    func problem(_ message: String, hint: String? = nil) -> LineProblem { LineProblem(offset, message, hint: hint) }

    @inline(__always)
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard next < end, next.pointee == UInt8(ascii: character) else { return false }
        next += 1
        return true
    }

    /// - Returns: how many were passed.
    @discardableResult
    @inline(__always)
    mutating func skipSpaces() -> Int {
        let before = next
        while next < end, next.pointee == 32 || next.pointee == 9 { next += 1 }
        return next - before
    }

    /// Everything up to the next byte for which `isEnd`.
    mutating func slice(until isEnd: (UInt8) -> Bool) -> UnsafeBufferPointer<UInt8> {
        let first = next
        while next < end, !isEnd(next.pointee) { next += 1 }
        return UnsafeBufferPointer(start: first, count: next - first)
    }

    func starts(with text: String) -> Bool {
        UnsafeBufferPointer(start: next, count: end - next).starts(with: text.utf8)
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// - Throws: a problem at `offset` if it is not UTF-8.
    func text(at offset: Int) throws -> String {
        guard let text = String(validating: self, as: UTF8.self) else {
            throw LineProblem(offset, "these bytes are not UTF-8 text", hint: "is it the right file?")
        }
        return text
    }
}
