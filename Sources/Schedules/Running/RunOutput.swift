/// A stream of a run as far as it was kept.
package struct RunOutput: Sendable, Equatable {
    package enum Stream: String, Sendable, CaseIterable { case output = "stdout", errors = "stderr" }

    /// The first 64 KiB.
    package var head: [UInt8]
    /// Bytes between head and tail that were not kept.
    package var dropped: Int64
    /// The last 192 KiB.
    package var tail: [UInt8]

    /// How much was written in all.
    package var total: Int64 { Int64(head.count) + dropped + Int64(tail.count) }

    /// What was kept; a cut is marked by a line.
    package var text: String {
        guard dropped > 0 else { return String(decoding: head + tail, as: UTF8.self) }
        return String(decoding: head, as: UTF8.self) + "\n[… \(dropped) bytes dropped …]\n"
            + String(decoding: tail, as: UTF8.self)
    }

    /// What was written after this many bytes; bytes that are not kept any more are left out.
    package func bytes(after position: Int64) -> [UInt8] {
        let inHead = Int64(head.count)
        let fromHead = position < inHead ? Array(head[Int(max(0, position))...]) : []
        let tailStart = inHead + dropped
        return fromHead + tail[Int(min(Int64(tail.count), max(0, position - tailStart)))...]
    }
}
