/// The chunks that start in one span of 4 MiB: docs/repository-format.md, section 6.
struct MapLeaf: Equatable {
    struct Chunk: Equatable {
        /// Block in the span at which it starts.
        var start: Int
        var blocks: Int
        var id: ObjectID
    }

    /// Most blocks that a chunk can have here; those of today's writers have at most `Geometry.chunkBlocks`.
    static let longestChunk = 128

    /// In order of their start, not overlapping.
    var chunks: [Chunk]

    /// The page, or nil if no chunk starts here: such a span has no leaf.
    var page: [UInt8]? {
        guard let first = chunks.first else { return nil }
        // The first token is the first chunk unless a hole lies before it.
        var page: [UInt8] = []
        page.append(little: UInt16(first.start))
        page.append(little: UInt16(chunks.count))
        var block = first.start
        for chunk in chunks {
            if chunk.start > block {
                page.append(0)
                page.append(little: UInt16(chunk.start - block))
            }
            page.append(UInt8(chunk.blocks))
            block = chunk.start + chunk.blocks
        }
        for chunk in chunks { page.append(chunk.id) }
        return page
    }

    init(chunks: [Chunk]) { self.chunks = chunks }

    /// nil if the page makes no sense.
    init?(page: [UInt8]) {
        guard page.count >= 4 else { return nil }
        let count = page.withPointer { Int($0.u16(2)) }
        var block = page.withPointer { Int($0.u16(0)) }
        var position = 4
        var spans: [(start: Int, blocks: Int)] = []
        while spans.count < count {
            guard position < page.count else { return nil }
            let token = Int(page[position])
            position += 1
            if token == 0 {
                guard position + 2 <= page.count else { return nil }
                block += page.withPointer { Int($0.u16(position)) }
                position += 2
            } else {
                guard token <= Self.longestChunk, block < Geometry.leafBlocks else { return nil }
                spans.append((block, token))
                block += token
            }
        }
        guard position + 16 * count == page.count else { return nil }
        chunks = spans.enumerated().map { number, span in
            Chunk(start: span.start, blocks: span.blocks, id: page.withPointer { $0.id(position + 16 * number) })
        }
    }
}
