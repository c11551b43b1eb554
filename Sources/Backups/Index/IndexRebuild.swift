package import DebVisorCore
import Platform

/// Makes the index anew from the packs alone.
package struct IndexRebuild: Sendable {
    private let repository: Repository

    package struct Result: Sendable {
        package var packs = 0
        package var chunks = 0
        /// Packs whose trailer was bad, read entry by entry.
        package var scannedPacks = 0
        /// Paths of packs that gave nothing.
        package var unreadable: [String] = []
    }

    package init(_ repository: Repository) { self.repository = repository }

    /// Blocks. The old segments go only when the new ones are durable.
    package func run(host: HostIdentity, clock: any WallClock) throws -> Result {
        let lease = try Lease.take(
            .write, vmUUIDs: [], command: "backup repository rebuild-index", host: host, in: repository, clock: clock)
        defer { try? lease.release() }
        let old = try repository.directory.list("index")
        var result = Result()
        // A segment that is durable must not name a pack that is not.
        try repository.directory.synchronizePacks("rebuild")
        // Condemned ones too: what a record needs may lie in them alone.
        try scan(repository.directory.packs(), &result) { _ = try IndexSegmentWriter.write($0, in: repository) }
        for name in old { try repository.directory.remove("index/\(name)", "rebuild") }
        try SegmentMerge(repository).tidy()
        return result
    }

    /// What the packs hold that are not `known`, for this process alone: where a segment of the index is damaged.
    func privateSegments(besides known: Set<ObjectID>) throws -> [IndexSegment] {
        var result = Result()
        var segments: [IndexSegment] = []
        try scan(repository.directory.packs().filter { !known.contains($0) }, &result) {
            segments.append(try IndexSegmentWriter.writePrivately($0, in: repository))
        }
        return segments
    }

    /// Calls `body` with what the packs hold, as many packs at a time as a segment may have.
    private func scan(_ ids: [ObjectID], _ result: inout Result, _ body: ([SealedPack]) throws -> Void) throws {
        let library = PackLibrary(repository)
        var waiting: [SealedPack] = []
        for id in ids {
            Failpoint.pass("rebuild.scan")
            guard let pack = try read(id, library, &result) else {
                let path = repository.directory.packPath(id)
                // A deletion that began before us may have taken it since.
                if Directory.exists(path) { result.unreadable.append(path) }
                continue
            }
            result.packs += 1
            result.chunks += pack.items.reduce(0) { $0 + $1.ids.count }
            waiting.append(pack)
            if waiting.count == SegmentWriter.packLimit {
                try body(waiting)
                waiting = []
            }
        }
        if !waiting.isEmpty { try body(waiting) }
    }

    private func read(_ id: ObjectID, _ library: PackLibrary, _ result: inout Result) throws -> SealedPack? {
        do {
            let pack = try library.pack(id)
            if let (trailer, size) = try library.trailer(of: id) {
                return SealedPack(id: id, packClass: pack.header.packClass, size: size, items: trailer.items)
            }
            let size = try pack.file.size
            let items = try EntryWalk(pack.file, size: size, header: pack.header, keys: repository.keys).items().items
            result.scannedPacks += 1
            return items.isEmpty ? nil : SealedPack(id: id, packClass: pack.header.packClass, size: size, items: items)
        } catch let fault as Fault where fault.kind == .attention || fault.kind == .notFound {
            return nil
        }
    }
}
