import DebVisorCore
import Platform

/// Joins index segments into one, streaming: memory does not grow with their records.
struct SegmentMerge {
    private let repository: Repository

    init(_ repository: Repository) { self.repository = repository }

    /// Segments of a like size that are worth joining.
    private static let fanIn = 8

    /// Rewrites the segments that name any of these packs without them.
    func drop(_ packs: Set<ObjectID>, from index: ChunkIndex) throws {
        try removeSuperseded(index)
        let affected = index.segments.filter { segment in segment.packs.contains { packs.contains($0.id) } }
        guard !affected.isEmpty else { return }
        try merge(affected, without: packs)
    }

    /// Joins the smallest segments once eight of a tier (sizes within a factor of eight) have gathered, so that a
    /// look-up asks few of them. Called under a lease, by which a deletion sees that segments may change.
    func tidy() throws {
        guard try isCrowded() else { return }
        let index = try ChunkIndex.load(repository)
        try removeSuperseded(index)
        let tiers = Dictionary(grouping: index.segments) { Self.tier(bytes: $0.bytes) }
        let crowded = tiers.values.filter { $0.count >= Self.fanIn }
        guard !crowded.isEmpty else { return }
        // A condemned pack that is still there may hold the last copy of what a record needs.
        let gone = index.exclusions.condemned.filter { !Directory.exists(repository.directory.packPath($0)) }
        for tier in crowded { try merge(tier, without: gone) }
    }

    /// Whether some tier may be worth joining, by sizes alone: opening a segment reads all of it.
    private func isCrowded() throws -> Bool {
        let names = try repository.directory.list("index")
        guard names.count >= Self.fanIn else { return false }
        // One that cannot be opened was merged by another run; if not, whoever loads the index next says so.
        let sizes = names.compactMap { try? File(repository.directory.path(of: "index/\($0)"), .read).size }
        return Dictionary(grouping: sizes, by: Self.tier).values.contains { $0.count >= Self.fanIn }
    }

    /// Up to 128 KiB (some 4,000 records), and eightfold from tier to tier.
    private static func tier(bytes: Int) -> Int {
        var tier = 0
        while bytes >> (3 * (tier + 1)) > 16 << 10 { tier += 1 }
        return tier
    }

    /// Removes what a merge that was cut short left. Were its successor merged in turn, they would count again, and name
    /// packs that are long gone.
    private func removeSuperseded(_ index: ChunkIndex) throws {
        for old in index.superseded { try repository.directory.remove("index/\(old.id)", "superseded") }
    }

    private func merge(_ segments: [IndexSegment], without gone: Set<ObjectID>) throws {
        var packs: [IndexedPack] = []
        var numbers: [ObjectID: UInt32] = [:]
        for pack in segments.flatMap(\.packs) where !gone.contains(pack.id) && numbers[pack.id] == nil {
            numbers[pack.id] = UInt32(packs.count)
            packs.append(pack)
        }
        let old = segments.map(\.id)
        if !packs.isEmpty {
            let writer = try IndexSegmentWriter(
                repository, packs: packs, supersedes: old, expected: segments.reduce(0) { $0 + $1.count })
            try write(segments, numbers, to: writer)
            _ = try writer.finish()
        }
        for id in old {
            try repository.directory.remove("index/\(id)", "merge")
        }
    }

    private func write(_ segments: [IndexSegment], _ numbers: [ObjectID: UInt32], to writer: IndexSegmentWriter) throws
    {
        var sources = segments.map { (cursor: IndexSegment.Cursor($0), packs: $0.packs, head: IndexRecord?.none) }
        for index in sources.indices { sources[index].head = try sources[index].cursor.next() }
        // All places of one id, sorted by their new pack numbers.
        var group: [IndexRecord] = []
        while let least = sources.compactMap({ $0.head?.id }).min() {
            group.removeAll(keepingCapacity: true)
            for index in sources.indices {
                while var record = sources[index].head, record.id == least {
                    let table = sources[index].packs
                    if Int(record.pack) < table.count, let number = numbers[table[Int(record.pack)].id] {
                        record.pack = number
                        group.append(record)
                    }
                    sources[index].head = try sources[index].cursor.next()
                }
            }
            var last: IndexRecord?
            for record in group.sorted() where record != last {
                try writer.add(record)
                last = record
            }
        }
    }
}
