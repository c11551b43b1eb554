import Hypervisor

extension RegionWorker {
    /// Reads what changed in a region and keeps the rest of its map as it was in `parent`.
    ///
    /// The result is what reading all of the region gives. Reading begins at the chunk that holds, or ends at, the first
    /// changed block, because that one may end elsewhere now, and goes on past the last changed block until cuts fall
    /// where they did.
    func process(region index: Int, since parent: ParentMap, _ fetcher: ChunkFetcher, _ sample: inout CleanSample)
        throws
    {
        try run.checkCancelled()
        let region = Geometry.blocks(ofRegion: index, diskBytes: diskBytes)
        let old = try parent.chunks(ofRegion: index, fetcher)
        let changed = try changedBlocks(in: region)
        counters.changedBytes += bytes(changed.blocks)
        // What may vanish with its pack is stored anew, changed or not.
        let missing = run.hasExclusions ? try old.filter { try !run.known.contains($0.id) }.map(\.range) : []
        let spans = Self.spans(BlockRanges(changed.ranges + missing), old)
        let data = BlockRanges(spans.isEmpty ? [] : try dataBlocks(in: region))
        let near = BlockRanges(spans.map { $0.start..<min($0.target + Self.lookAhead, region.upperBound) })
        reader.announce(data.intersection(near).ranges.map { bytes(of: $0) })

        let leaves = index * Geometry.regionLeaves..<(index + 1) * Geometry.regionLeaves
        map.clear(leaves: leaves)
        leafIndex = leaves.lowerBound
        var (position, next) = (region.lowerBound, 0)
        func keep(before end: Int) throws {
            while next < old.count, old[next].end <= end {
                if old[next].start >= position {
                    try append(old[next])
                    sample.offer(old[next])
                }
                next += 1
            }
        }
        for span in spans where span.target > position {
            try keep(before: span.start)
            position = try recut(
                from: max(span.start, position), to: region.upperBound, data,
                until: OldChunks(old, unchangedFrom: span.target), past: span.target)
        }
        try keep(before: region.upperBound)
        try closeLeaf(before: leaves.upperBound)
        advance(bytes(region.count))
    }

    /// Blocks read past a change before it is known that cuts fall where they did.
    private static let lookAhead = 16

    private func changedBlocks(in region: Range<Int>) throws -> BlockRanges {
        let range = bytes(of: region)
        var blocks = BlockRanges()
        for change in try reader.changes(in: range) {
            let inside = change.clamped(to: range)
            if !inside.isEmpty { blocks.append(bytes: inside) }
        }
        return blocks
    }

    /// Where reading begins for each change, and the block from which on nothing changed.
    private static func spans(_ changed: BlockRanges, _ old: [DiskChunk]) -> [(start: Int, target: Int)] {
        var next = 0
        return changed.ranges.map { range in
            while next < old.count, old[next].end < range.lowerBound { next += 1 }
            let start = next < old.count ? min(old[next].start, range.lowerBound) : range.lowerBound
            return (start, range.upperBound)
        }
    }

    /// Cuts anew from `start`, where no chunk is open. - Returns: where old cuts go on, or `end`.
    private func recut(
        from start: Int, to end: Int, _ data: BlockRanges, until old: OldChunks, past target: Int
    ) throws -> Int {
        var (position, old) = (start, old)
        var stretches = data.ranges[...]
        while position < end {
            try run.checkCancelled()
            while let first = stretches.first, first.upperBound <= position { stretches.removeFirst() }
            let stretch = stretches.first ?? end..<end
            if stretch.lowerBound > position {
                // Zeros end a chunk; a block of zeros that did not change lay in no old one either.
                try closeChunk()
                let stop = max(target, position)
                if stop < stretch.lowerBound || stretch.isEmpty { return min(stop, end) }
                position = stretch.lowerBound
                if old.goesOn(from: position) { return position }
            }
            let limit = position < target ? min(target, stretch.upperBound) : position + Self.lookAhead
            let count = min(limit, stretch.upperBound) - position
            let blocks = min(count, Self.windowBlocks)
            try fill(position, blocks)
            if let stop = try cut(firstBlock: position, blocks: blocks, until: &old) { return stop }
            position += blocks
        }
        try closeChunk()
        return end
    }
}
