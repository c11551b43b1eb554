import DebVisorCore

extension NBDConnection {
    /// Shorter than the protocol's 4 GiB, a multiple of every block size.
    private static let longestQuestion: UInt64 = 1 << 30

    /// Calls `body` with each stretch of a range and what the connection's context says of it, in order.
    /// - Throws: `failed` if the server leaves a part out.
    func forEachStretch(in range: Range<UInt64>, _ body: (Range<UInt64>, _ flags: UInt32) -> Void) throws {
        let end = min(range.upperBound, size)
        var position = range.lowerBound
        while position < end {
            let before = position
            let entries = try blockStatus(at: before, count: min(end - before, Self.longestQuestion))
            for index in stride(from: 0, to: entries.count - 1, by: 2) where position < end {
                let next = min(position + UInt64(entries[index]), end)
                body(position..<next, entries[index + 1])
                position = next
            }
            guard position > before else {
                throw Fault(
                    .failed, "the server of the disk does not tell what was asked of it",
                    cause: "no answer for \(context) at \(before)")
            }
        }
    }
}
