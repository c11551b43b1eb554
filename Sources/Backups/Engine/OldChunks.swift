/// The chunks of a region as they were, asked in ascending order: whether cuts fall again where they did.
struct OldChunks {
    private let chunks: [DiskChunk]
    /// From here on nothing changed, up to the next change.
    private var target: Int
    private var next = 0

    init(_ chunks: [DiskChunk], unchangedFrom target: Int) {
        self.chunks = chunks
        self.target = target
    }

    /// No cut is as it was.
    static let none = OldChunks([], unchangedFrom: .max)

    /// True if a chunk that begins at `block`, or a hole there, is as it was, and so is what follows: cuts depend only on
    /// the bytes since the last cut.
    mutating func goesOn(from block: Int) -> Bool {
        guard block >= target else { return false }
        while next < chunks.count, chunks[next].end <= block { next += 1 }
        return next == chunks.count || chunks[next].start >= block
    }
}
