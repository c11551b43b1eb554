import DebVisorCore

/// Which entries of which packs the records need: the mark of a mark-and-sweep, and what a deletion would free.
///
/// Memory: 16 bytes for each distinct live entry (a frame of about 128 KiB) and each distinct map page.
final class LiveMap {
    /// Pack → offsets of its live entries.
    private(set) var entries: [ObjectID: Set<UInt32>] = [:]
    /// Bytes of the live entries, by pack.
    private(set) var bytes: [ObjectID: Int] = [:]
    private var pages: Set<ObjectID> = []

    private let index: ChunkIndex
    private let fetcher: ChunkFetcher

    init(_ repository: Repository, _ index: ChunkIndex) throws {
        self.index = index
        fetcher = try ChunkFetcher(PackLibrary(repository), index)
    }

    /// Marks everything that a backup needs.
    /// - Throws: `attention` if an id of it is in no segment, or a page of its maps cannot be read: nothing may be
    ///   deleted while we don't know what is needed.
    func mark(_ snapshot: Snapshot) throws {
        do {
            for blob in snapshot.blobs { for id in blob.chunks.compactMap({ ObjectID(hex: $0) }) { try mark(id) } }
            for disk in snapshot.disks {
                guard let root = disk.rootID, let height = disk.height else { continue }
                try markDisk(root, height: height)
            }
        } catch let miss as ChunkFetcher.Miss {
            throw Fault(
                .attention, "backup '\(snapshot.reference)' is damaged, so what it needs is not known",
                hint: "debvisor backup verify \(snapshot.backup_id.prefix(12)) --read-data; nothing was deleted",
                cause: miss.description)
        }
    }

    private func markDisk(_ root: ObjectID, height: Int) throws {
        let reader = MapReader(fetcher: fetcher)
        try reader.forEachLeaf(root: root, height: height) { page, _ in
            // All below a page that was seen is marked already.
            guard self.pages.insert(page).inserted else { return false }
            try self.mark(page)
            return true
        } _: { _, leaf in
            for chunk in try reader.leaf(leaf).chunks { try self.mark(chunk.id) }
        }
    }

    /// All good places of an id count as live: which of them a reader will use is its choice. What is condemned or known
    /// to be bad counts only if nothing better is left.
    private func mark(_ id: ObjectID) throws {
        let places = try index.neededPlaces(of: id)
        guard !places.isEmpty else { throw ChunkFetcher.Miss.absent(id) }
        for place in places where entries[place.pack, default: []].insert(UInt32(place.offset / 16)).inserted {
            bytes[place.pack, default: 0] += place.length
        }
    }
}

extension ChunkFetcher.Miss: CustomStringConvertible {
    var description: String {
        switch self {
        case .absent(let id): "chunk \(id) is in no pack"
        case .damaged(let id, let place): "chunk \(id) is damaged in pack \(place.pack) at \(place.offset)"
        case .malformed(let id): "chunk \(id) makes no sense"
        }
    }
}
