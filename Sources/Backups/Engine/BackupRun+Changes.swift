import DebVisorCore
import Hypervisor
import Platform

extension BackupRun {
    /// Reads what changed of a disk since `base`. - Throws: `ChangeDoubt` if only reading all of it will do.
    func backUpChanges(of source: any BlockSource, since base: DiskBase) throws -> DiskOutcome {
        guard source.sizeBytes == base.sizeBytes else {
            throw ChangeDoubt(
                reason: "the disk was resized from \(ByteCount(base.sizeBytes)) to \(ByteCount(source.sizeBytes))")
        }
        let started = ContinuousClock.now
        relyOnIndex()
        let library = PackLibrary(repository)
        let parent = try ParentMap(base, ChunkFetcher(library, index))
        let map = MapBuilder(diskBytes: base.sizeBytes, keeping: parent.leaves)
        let regions = try changedRegions(of: source)
        let sample = Locked(CleanSample(capacity: 0))
        var counters = try share(regions.count, of: source, map, spare: 1) { worker, next in
            let fetcher = try ChunkFetcher(library, self.index)
            var kept = CleanSample(capacity: Self.sampleCapacity)
            try next.each(below: regions.count) {
                try worker.process(region: regions[$0], since: parent, fetcher, &kept)
            }
            sample.withLock { [kept] in $0.add(kept) }
        }
        var candidates = sample.withLock { $0 }
        candidates.add(try untouched(parent, regions, ChunkFetcher(library, index), diskBytes: base.sizeBytes))
        counters.readBytes += try CleanSampleCheck(
            run: self, reader: source.makeReader(), limit: Self.sampleLimit(base.sizeBytes),
            deadline: ContinuousClock.now + (ContinuousClock.now - started) / 20
        ).check(candidates)
        var outcome = try finish(map, counters)
        outcome.isIncremental = true
        return outcome
    }

    private static let sampleCapacity = 4096

    /// 1 % of the disk, at most 256 MiB.
    private static func sampleLimit(_ diskBytes: UInt64) -> Int { Int(min(diskBytes / 100, 256 << 20)) }

    /// Regions to look at; all of them if a pack of the repository may vanish. Those with most to read come first, so that
    /// threads end together.
    private func changedRegions(of source: any BlockSource) throws -> [Int] {
        let count = Geometry.regions(ofDisk: source.sizeBytes)
        guard !hasExclusions else { return Array(0..<count) }
        let reader = try source.makeReader()
        let region = UInt64(Geometry.region)
        var changedBytes = [UInt64](repeating: 0, count: count)
        for start in stride(from: 0, to: source.sizeBytes, by: 1 << 30) {
            try checkCancelled()
            for change in try reader.changes(in: start..<min(start + 1 << 30, source.sizeBytes)) where !change.isEmpty {
                let last = min(Int((change.upperBound - 1) / region), count - 1)
                for index in Int(change.lowerBound / region)...last {
                    let bytes = UInt64(index) * region..<UInt64(index + 1) * region
                    changedBytes[index] += UInt64(change.clamped(to: bytes).count)
                }
            }
        }
        for index in changedBytes.indices where changedBytes[index] == 0 {
            advance(UInt64(Geometry.blocks(ofRegion: index, diskBytes: source.sizeBytes).count * Geometry.block))
        }
        return changedBytes.indices.filter { changedBytes[$0] > 0 }.sorted { changedBytes[$0] > changedBytes[$1] }
    }

    /// Some chunks and holes of regions that nobody looked at.
    private func untouched(
        _ parent: ParentMap, _ changed: [Int], _ fetcher: ChunkFetcher, diskBytes: UInt64
    ) throws -> CleanSample {
        let touched = Set(changed)
        let spans = parent.leaves.indices.filter { !touched.contains($0 / Geometry.regionLeaves) }
        var sample = CleanSample(capacity: Self.sampleCapacity)
        var random = FastRandom()
        // A span is 4 MiB: some sixteen chunks of as many spans as there is time for.
        for span in spans.shuffled(using: &random).prefix(256) {
            for chunk in try parent.chunks(ofLeaf: span, fetcher).shuffled(using: &random).prefix(16) {
                sample.offer(chunk)
            }
            if parent.leaves[span] == .zero, let hole = Self.piece(ofHole: span, diskBytes) {
                sample.offer(hole)
            }
        }
        return sample
    }

    /// A stretch that nothing of the span before can reach into.
    private static func piece(ofHole span: Int, _ diskBytes: UInt64) -> DiskChunk? {
        let first = span * Geometry.leafBlocks + Geometry.chunkBlocks
        let end = min((span + 1) * Geometry.leafBlocks, Int(diskBytes / UInt64(Geometry.block)))
        guard first + 16 <= end else { return nil }
        return DiskChunk(start: Int.random(in: first...end - 16), blocks: 16, id: .zero)
    }
}
