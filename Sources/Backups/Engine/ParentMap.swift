import DebVisorCore

/// The map of a disk in the backup that an incremental one builds on.
struct ParentMap: Sendable {
    /// One a span of 4 MiB; zero for a hole.
    let leaves: [ObjectID]

    /// - Throws: `ChangeDoubt` if the map cannot be read.
    init(_ base: DiskBase, _ fetcher: ChunkFetcher) throws {
        let count = Int((base.sizeBytes + UInt64(Geometry.leaf) - 1) / UInt64(Geometry.leaf))
        var leaves = [ObjectID](repeating: .zero, count: count)
        try Self.doubting {
            try MapReader(fetcher: fetcher).forEachLeaf(root: base.root, height: base.height) { index, id in
                guard index < count else { throw ChangeDoubt(reason: "the map of the previous backup makes no sense") }
                leaves[index] = id
            }
        }
        self.leaves = leaves
    }

    /// The chunks of one leaf. - Throws: `ChangeDoubt`.
    func chunks(ofLeaf index: Int, _ fetcher: ChunkFetcher) throws -> [DiskChunk] {
        guard leaves[index] != .zero else { return [] }
        return try Self.doubting {
            try MapReader(fetcher: fetcher).leaf(leaves[index]).chunks.map {
                DiskChunk(start: index * Geometry.leafBlocks + $0.start, blocks: $0.blocks, id: $0.id)
            }
        }
    }

    /// The chunks that start in a region, in order. - Throws: `ChangeDoubt`.
    func chunks(ofRegion index: Int, _ fetcher: ChunkFetcher) throws -> [DiskChunk] {
        let first = index * Geometry.regionLeaves
        return try (first..<min(first + Geometry.regionLeaves, leaves.count)).flatMap {
            try chunks(ofLeaf: $0, fetcher)
        }
    }

    private static func doubting<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch is ChunkFetcher.Miss {
            throw ChangeDoubt(reason: "the map of the previous backup is damaged")
        } catch let fault as Fault where fault.kind == .attention {
            throw ChangeDoubt(reason: "the map of the previous backup is damaged")
        }
    }
}
