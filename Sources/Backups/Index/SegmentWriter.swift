import Platform

/// Collects a run's published packs and writes an index segment for every 16 packs or 256 k ids.
final class SegmentWriter: Sendable {
    private let repository: Repository
    private let known: KnownChunks
    private let waiting = Locked([SealedPack]())

    static let packLimit = 16
    static let idLimit = 256 << 10

    init(_ repository: Repository, _ known: KnownChunks) {
        self.repository = repository
        self.known = known
    }

    func add(_ pack: SealedPack) throws {
        let full = waiting.withLock { packs -> [SealedPack] in
            packs.append(pack)
            let ids = packs.reduce(0) { $0 + $1.items.reduce(0) { $0 + $1.ids.count } }
            guard packs.count >= Self.packLimit || ids >= Self.idLimit else { return [] }
            defer { packs = [] }
            return packs
        }
        try write(full)
    }

    func flush() throws {
        try write(
            waiting.withLock { packs in
                defer { packs = [] }
                return packs
            })
    }

    private func write(_ packs: [SealedPack]) throws {
        guard !packs.isEmpty else { return }
        let published = try IndexSegmentWriter.write(packs, in: repository)
        known.published(try IndexSegment(published.id, published.file, in: repository), of: packs)
    }
}
