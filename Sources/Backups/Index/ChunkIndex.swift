import DebVisorCore
import Platform

/// All index segments of a repository at one moment, less what is condemned or quarantined.
final class ChunkIndex: Sendable {
    let segments: [IndexSegment]
    /// Packs that may be gone at any moment, and chunks that are known to be bad where they lie.
    let exclusions: Exclusions

    struct Exclusions: Sendable {
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
        for _ in 0..<5 {
            do {
                return try ChunkIndex(segments: openSegments(repository), exclusions: exclusions)
            } catch let fault as Fault where fault.kind == .notFound {
                // A merge took a segment away between listing and opening; the merged one is there now.
                continue
            }
        }
        throw Fault(.unavailable, "the index of '\(repository.directory.path)' keeps changing", hint: "try again")
    }

    private static func openSegments(_ repository: Repository) throws -> [IndexSegment] {
        let opened = try repository.directory.list("index").compactMap { ObjectID(hex: $0) }.map {
            try IndexSegment($0, in: repository)
        }
        let old = Set(opened.flatMap(\.supersedes))
        return opened.filter { !old.contains($0.id) }
    }

    init(segments: [IndexSegment], exclusions: Exclusions) {
        self.segments = segments
        self.exclusions = exclusions
    }

    /// As `load`, with packs whose files are gone taken as condemned: a writer stores their chunks anew.
    static func loadForWriting(_ repository: Repository) throws -> ChunkIndex {
        let index = try load(repository)
        var exclusions = index.exclusions
        exclusions.condemned.formUnion(Set(index.packs.keys).subtracting(try repository.directory.packs()))
        return ChunkIndex(segments: index.segments, exclusions: exclusions)
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
        return good + doubtful
    }

    /// Every pack that some segment names.
    var packs: [ObjectID: IndexedPack] {
        var packs: [ObjectID: IndexedPack] = [:]
        for segment in segments { for pack in segment.packs { packs[pack.id] = pack } }
        return packs
    }
}
