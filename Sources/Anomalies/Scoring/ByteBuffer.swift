/// Output on its way: bytes gathered until they are worth a call of the system.
struct ByteBuffer: ~Copyable {
    private static let capacity = 4 * LineReader.longestLine

    private let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    private var count = 0

    deinit { bytes.deallocate() }

    /// Makes room for `more` bytes.
    @inline(__always)
    mutating func reserve(_ more: Int, _ sink: CSVScorer.Sink) throws {
        // Column names and line ends beside the line itself.
        if count &+ more &+ 64 > Self.capacity { try flush(into: sink) }
    }

    mutating func flush(into sink: CSVScorer.Sink) throws {
        let full = UnsafeRawBufferPointer(start: bytes, count: count)
        // Also if the sink fails: what it took is not written twice.
        count = 0
        if !full.isEmpty { try sink(full) }
    }

    @inline(__always)
    mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        guard let start = text.baseAddress else { return }
        (bytes + count).update(from: start, count: text.count)
        count &+= text.count
    }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        bytes[count] = byte
        count &+= 1
    }

    @inline(__always)
    mutating func endLine(_ isWide: Bool) {
        if isWide { append(13) }
        append(10)
    }

    /// A comma and the score, 0 to 1, with six decimals.
    @inline(__always)
    mutating func append(score: Double) {
        var millionths = UInt32(score * 1_000_000 + 0.5)
        let place = bytes + count
        place[0] = UInt8(ascii: ",")
        place[2] = UInt8(ascii: ".")
        for index in 0..<6 {
            let (quotient, digit) = millionths.quotientAndRemainder(dividingBy: 10)
            place[8 &- index] = UInt8(truncatingIfNeeded: digit) &+ 48
            millionths = quotient
        }
        place[1] = UInt8(truncatingIfNeeded: millionths) &+ 48
        count &+= 9
    }
}
