import DebVisorCore
import Platform

/// Keeps the list of chunks that are bad where they lie, so that the next backup stores them anew: without it, a backup
/// made after damage was found would rely on the damage.
struct Quarantining {
    private let repository: Repository
    private let index: ChunkIndex

    init(_ repository: Repository, _ index: ChunkIndex) {
        self.repository = repository
        self.index = index
    }

    /// What a verification found that is not noted yet: pack → the chunks; none if only the pack is to be named.
    /// - Parameters:
    ///   - badPacks: packs of which nothing can be relied on: whatever the index places there counts as bad.
    ///   - badChunks: pack → members that were read and are bad.
    ///   - damaged: all packs with a fault, among them those whose chunks are good.
    func news(
        badPacks: [ObjectID: String], badChunks: [ObjectID: Set<ObjectID>], damaged: Set<ObjectID>
    ) throws -> [ObjectID: Set<ObjectID>] {
        var found = badChunks
        for (pack, ids) in try chunks(of: Set(badPacks.keys)) { found[pack, default: []].formUnion(ids) }
        var news: [ObjectID: Set<ObjectID>] = [:]
        for pack in damaged {
            let known = index.exclusions.quarantined[pack]
            let fresh = (found[pack] ?? []).subtracting(known ?? [])
            if known == nil || !fresh.isEmpty { news[pack] = fresh }
        }
        return news
    }

    /// - Parameter goodPacks: packs that were read and are good throughout.
    func update(_ news: [ObjectID: Set<ObjectID>], reasons: [ObjectID: String], goodPacks: Set<ObjectID>) throws {
        try lift(goodPacks)
        for (pack, ids) in news.sorted(by: { $0.key < $1.key }) {
            try repository.put(
                Quarantine(
                    pack: pack.description, ids: ids.sorted().map(\.description),
                    reason: reasons[pack] ?? "its data does not match"),
                as: .quarantine, named: "quarantine/\(ObjectID.random())", "quarantine")
        }
    }

    /// Removes entries whose place proved good, or whose pack is gone.
    private func lift(_ goodPacks: Set<ObjectID>) throws {
        for (name, entry) in try repository.objects(Quarantine.self, in: "quarantine", as: .quarantine) {
            guard let pack = ObjectID(hex: entry.pack),
                goodPacks.contains(pack) || !Directory.exists(repository.directory.packPath(pack))
            else { continue }
            try repository.directory.remove(name, "quarantine")
        }
    }

    /// What the index places in these packs.
    private func chunks(of packs: Set<ObjectID>) throws -> [ObjectID: Set<ObjectID>] {
        var chunks: [ObjectID: Set<ObjectID>] = [:]
        guard !packs.isEmpty else { return chunks }
        for segment in index.segments where segment.packs.contains(where: { packs.contains($0.id) }) {
            try segment.forEachRecord { record in
                guard Int(record.pack) < segment.packs.count else { return }
                let pack = segment.packs[Int(record.pack)].id
                if packs.contains(pack) { chunks[pack, default: []].insert(record.id) }
            }
        }
        return chunks
    }
}
