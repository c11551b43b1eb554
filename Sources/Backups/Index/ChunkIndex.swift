import DebVisorCore
import Platform

/// All index segments of a repository at one moment, less what is condemned or quarantined.
final class ChunkIndex: Sendable {
    let segments: [IndexSegment]
    /// Segments that others replaced and that are still there: what a merge that was cut short left.
    let superseded: [IndexSegment]
    /// Packs that may be gone at any moment, and chunks that are known to be bad where they lie.
    let exclusions: Exclusions

    struct Exclusions: Sendable, Equatable {
        var condemned: Set<ObjectID> = []
        /// Pack → bad chunks in it.
        var quarantined: [ObjectID: Set<ObjectID>] = [:]

        func contains(_ id: ObjectID, in pack: ObjectID) -> Bool {
            condemned.contains(pack) || quarantined[pack]?.contains(id) == true
        }
    }

    /// Lists exclusions first, then segments: a chunk found only in what is excluded counts as absent.
    static func load(_ repository: Repository) throws -> ChunkIndex {
        let exclusions = try Exclusions.load(repository)
        return ChunkIndex(opened: try openSegments(repository), exclusions: exclusions)
    }

    /// As `load`; the packs of segments that are damaged are looked up in their own trailers.
    /// - Returns: also the paths of those segments.
    /// - Throws: `attention` if there is no space to sort what the trailers say.
    static func loadForReading(_ repository: Repository) throws -> (index: ChunkIndex, damaged: [String]) {
        let exclusions = try Exclusions.load(repository)
        let damaged = Locked([ObjectID: Fault]())
        let opened = try openSegments(repository) { id, fault in damaged.withLock { $0[id] = fault } }
        let index = ChunkIndex(opened: opened, exclusions: exclusions)
        let faults = damaged.withLock { $0 }
        guard var first = faults.values.first else { return (index, []) }
        do {
            let replacement = try IndexRebuild(repository).privateSegments(besides: Set(index.packs.keys))
            return (
                ChunkIndex(
                    segments: index.segments + replacement, superseded: index.superseded, exclusions: exclusions),
                faults.keys.sorted().map { repository.directory.path(of: "index/\($0)") }
            )
        } catch let fault as Fault where fault.kind == .failed || fault.kind == .denied {
            first.cause = fault.message
            throw first
        }
    }

    /// Opens what is listed until a list has nothing new: a merge that goes on meanwhile may take a segment away
    /// between listing and opening, and a list made during its rename may show neither the old ones nor the new one.
    /// - Parameter lose: takes a segment that is damaged; without it the first one is thrown.
    private static func openSegments(
        _ repository: Repository, lose: @escaping @Sendable (ObjectID, Fault) throws -> Void = { throw $1 }
    ) throws -> [IndexSegment] {
        var lost: Set<ObjectID> = []
        var opened: [ObjectID: IndexSegment] = [:]
        for _ in 0..<20 {
            let names = try repository.directory.list("index").compactMap { ObjectID(hex: $0) }
            let fresh = names.filter { opened[$0] == nil && !lost.contains($0) }
            if fresh.isEmpty { return opened.values.sorted { $0.id < $1.id } }
            for segment in try open(fresh, in: repository, lose) { opened[segment.id] = segment }
            lost.formUnion(fresh.filter { opened[$0] == nil })
        }
        throw Fault(.unavailable, "the index of '\(repository.directory.path)' keeps changing", hint: "try again")
    }

    /// Those of the names that are still there, opened side by side: each is read whole to authenticate it.
    private static func open(
        _ names: [ObjectID], in repository: Repository, _ lose: @escaping @Sendable (ObjectID, Fault) throws -> Void
    ) throws -> [IndexSegment] {
        let next = NextNumber()
        let opened = Locked([IndexSegment]())
        try Worker.run(min(names.count, Worker.processors)) { _ in
            try next.each(below: names.count) { number in
                do {
                    let segment = try IndexSegment(names[number], in: repository)
                    opened.withLock { $0.append(segment) }
                } catch let fault as Fault where fault.kind == .notFound {
                    return
                } catch let fault as Fault where fault.kind == .attention {
                    try lose(names[number], fault)
                }
            }
        }
        return opened.withLock { $0 }
    }

    private convenience init(opened: [IndexSegment], exclusions: Exclusions) {
        let old = Set(opened.flatMap(\.supersedes))
        self.init(
            segments: opened.filter { !old.contains($0.id) }, superseded: opened.filter { old.contains($0.id) },
            exclusions: exclusions)
    }

    init(segments: [IndexSegment], superseded: [IndexSegment] = [], exclusions: Exclusions) {
        self.segments = segments
        self.superseded = superseded
        self.exclusions = exclusions
    }

    /// As `load`, with packs whose files are gone taken as condemned: a writer stores their chunks anew, a deletion
    /// does not take them for a copy that is left.
    static func loadForWriting(_ repository: Repository) throws -> ChunkIndex {
        let index = try load(repository)
        var exclusions = index.exclusions
        exclusions.condemned.formUnion(Set(index.packs.keys).subtracting(try repository.directory.packs()))
        return ChunkIndex(segments: index.segments, superseded: index.superseded, exclusions: exclusions)
    }

    func adding(_ segment: IndexSegment) -> ChunkIndex {
        ChunkIndex(segments: segments + [segment], exclusions: exclusions)
    }

    /// A pack that holds the chunk and is to stay; nil if there is none.
    func pack(of id: ObjectID) throws -> ObjectID? {
        for segment in segments {
            var found: ObjectID?
            try segment.find(id) { record in
                guard Int(record.pack) < segment.packs.count else { return false }
                let pack = segment.packs[Int(record.pack)].id
                if !exclusions.contains(id, in: pack) { found = pack }
                return found != nil
            }
            if let found { return found }
        }
        return nil
    }

    /// Every place of a chunk: those that should be good first, condemned and quarantined ones as a last resort.
    func places(of id: ObjectID) throws -> [ChunkPlace] {
        let (good, doubtful) = try sortedPlaces(of: id)
        return good + doubtful
    }

    /// The places that a chunk must keep: the good ones; if there are none, whatever is left.
    func neededPlaces(of id: ObjectID) throws -> [ChunkPlace] {
        let (good, doubtful) = try sortedPlaces(of: id)
        return good.isEmpty ? doubtful : good
    }

    private func sortedPlaces(of id: ObjectID) throws -> (good: [ChunkPlace], doubtful: [ChunkPlace]) {
        var good: [ChunkPlace] = []
        var doubtful: [ChunkPlace] = []
        for segment in segments {
            try segment.find(id) { record in
                guard Int(record.pack) < segment.packs.count, let type = EntryType(rawValue: record.type) else {
                    return false
                }
                let place = ChunkPlace(
                    pack: segment.packs[Int(record.pack)].id, offset: Int(record.offset) * 16,
                    length: Int(record.entryLength) * 16, place: Int(record.place), type: type)
                if exclusions.contains(id, in: place.pack) { doubtful.append(place) } else { good.append(place) }
                return false
            }
        }
        return (good, doubtful)
    }

    /// The entries of a pack as the segments have them, in order: what its trailer says, if that is damaged.
    func items(of pack: ObjectID) throws -> [TrailerItem] {
        var entries: [Int: (item: TrailerItem, places: [Int: ObjectID])] = [:]
        for segment in segments where segment.packs.contains(where: { $0.id == pack }) {
            try segment.forEachRecord { record in
                guard Int(record.pack) < segment.packs.count, segment.packs[Int(record.pack)].id == pack,
                    let type = EntryType(rawValue: record.type)
                else { return }
                let offset = Int(record.offset) * 16
                let item = TrailerItem(
                    offset: offset, length: Int(record.entryLength) * 16, type: type, codec: .raw, session: 0, ids: [])
                entries[offset, default: (item, [:])].places[Int(record.place)] = record.id
            }
        }
        return entries.values.map { entry in
            var item = entry.item
            item.ids = entry.places.sorted { $0.key < $1.key }.map(\.value)
            return item
        }.sorted { $0.offset < $1.offset }
    }

    /// Every pack that some segment names.
    var packs: [ObjectID: IndexedPack] {
        var packs: [ObjectID: IndexedPack] = [:]
        for segment in segments { for pack in segment.packs { packs[pack.id] = pack } }
        return packs
    }
}
