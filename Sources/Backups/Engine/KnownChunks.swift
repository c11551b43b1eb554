import Platform

/// What a run need not store: chunks of the index, and those that it claimed itself.
final class KnownChunks: Sendable {
    private struct State {
        var index: ChunkIndex
        /// Claimed by this run and not in a published segment yet.
        var claimed: Set<ObjectID> = []
        /// Packs of other runs that hold chunks this run did not store again.
        var relied: Set<ObjectID> = []
    }
    private let state: Locked<State>

    init(_ index: ChunkIndex) { state = Locked(State(index: index)) }

    /// True if the caller must store the chunk: nobody else has or will.
    func claim(_ id: ObjectID) throws -> Bool {
        let index = state.withLock { $0.index }
        if let pack = try index.pack(of: id) {
            state.withLock { _ = $0.relied.insert(pack) }
            return false
        }
        return state.withLock { $0.claimed.insert(id).inserted }
    }

    /// Whether a pack that is to stay holds the chunk.
    func contains(_ id: ObjectID) throws -> Bool { try state.withLock { $0.index }.pack(of: id) != nil }

    /// A segment of this run was published: its ids are found there from now on, not in memory.
    func published(_ segment: IndexSegment, of packs: [SealedPack]) {
        state.withLock { state in
            state.index = state.index.adding(segment)
            for pack in packs { for item in pack.items { for id in item.ids { state.claimed.remove(id) } } }
        }
    }

    /// Packs that a record of this run needs beside those it wrote last.
    var reliedPacks: Set<ObjectID> { state.withLock { $0.relied } }
}
