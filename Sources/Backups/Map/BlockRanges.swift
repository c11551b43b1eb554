import DebVisorCore

/// Stretches of a disk in blocks, in order, neighbours and overlaps joined.
struct BlockRanges: Equatable {
    private(set) var ranges: [Range<Int>] = []

    /// Adds a stretch that begins no earlier than the last one did.
    mutating func append(_ range: Range<Int>) { ranges.join(range) }

    /// As `append`, widened to whole blocks.
    mutating func append(bytes: Range<UInt64>) {
        let block = UInt64(Geometry.block)
        append(Int(bytes.lowerBound / block)..<Int((bytes.upperBound + block - 1) / block))
    }

    /// From stretches in any order.
    init(_ unordered: [Range<Int>] = []) {
        for range in unordered.sorted(by: { $0.lowerBound < $1.lowerBound }) { append(range) }
    }

    var blocks: Int { ranges.reduce(0) { $0 + $1.count } }

    /// What lies in both.
    func intersection(_ other: BlockRanges) -> BlockRanges {
        var (result, mine, theirs) = (BlockRanges(), ranges[...], other.ranges[...])
        while let a = mine.first, let b = theirs.first {
            if a.overlaps(b) { result.append(a.clamped(to: b)) }
            if a.upperBound < b.upperBound { mine.removeFirst() } else { theirs.removeFirst() }
        }
        return result
    }
}
