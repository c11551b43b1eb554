/// Bytes on their way out, handed on in pieces of at most some 64 KiB.
package final class ByteOutput {
    private let sink: (UnsafeRawBufferPointer) throws -> Void
    private var buffer: UnsafeMutablePointer<UInt8>
    private var room = 128 << 10
    private var count = 0

    /// - Parameter sink: takes bytes that are valid for the call.
    package init(_ sink: @escaping (UnsafeRawBufferPointer) throws -> Void) {
        self.sink = sink
        buffer = .allocate(capacity: room)
    }

    deinit { buffer.deallocate() }

    /// Hands on what there is if it is much; writers call it after each line.
    @inline(__always)
    func relax() throws { if count >= 64 << 10 { try flush() } }

    package func flush() throws {
        guard count > 0 else { return }
        try sink(UnsafeRawBufferPointer(start: buffer, count: count))
        count = 0
    }

    @inline(__always)
    func put(_ byte: UInt8) {
        if count == room { grow(1) }
        buffer[count] = byte
        count &+= 1
    }

    @inline(__always)
    func put(_ bytes: [UInt8]) {
        if room &- count < bytes.count { grow(bytes.count) }
        bytes.withUnsafeBufferPointer { source in
            if let base = source.baseAddress { (buffer + count).update(from: base, count: source.count) }
        }
        count &+= bytes.count
    }

    func put(_ text: String) { put(Array(text.utf8)) }

    /// - Parameter width: digits at least.
    func put(decimal number: UInt64, width: Int = 1) {
        var rest = number
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 24) { digits in
            var length = 0
            while rest > 0 || length < width {
                digits[length] = 48 &+ UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
                length &+= 1
            }
            if room &- count < length { grow(length) }
            for index in 0..<length { buffer[count &+ index] = digits[length &- 1 &- index] }
            count &+= length
        }
    }

    private func grow(_ needed: Int) {
        let larger = max(room * 2, count + needed)
        let bigger = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        bigger.update(from: buffer, count: count)
        buffer.deallocate()
        (buffer, room) = (bigger, larger)
    }
}
