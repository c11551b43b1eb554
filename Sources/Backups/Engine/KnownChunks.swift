import Platform

/// What a run need not store: chunks of the index, and those that it claimed itself.
final class KnownChunks: Sendable {
    private struct State {
        var index: ChunkIndex
        /// Claimed by this run and not in a published segment yet.
        var claimed: Set<ObjectID> = []
    }
    private let state: Locked<State>

    init(_ index: ChunkIndex) { state = Locked(State(index: index)) }

    /// True if the caller must store the chunk: nobody else has or will.
    func claim(_ id: ObjectID) throws -> Bool {
        let index = state.withLock { $0.index }
        if try index.contains(id) { return false }
        return state.withLock { $0.claimed.insert(id).inserted }
    }

    /// A segment of this run was published: its ids are found there from now on, not in memory.
    func published(_ segment: IndexSegment, of packs: [SealedPack]) {
        state.withLock { state in
            state.index = state.index.adding(segment)
            for pack in packs { for item in pack.items { for id in item.ids { state.claimed.remove(id) } } }
        }
    }

    var index: ChunkIndex { state.withLock { $0.index } }
}
