import DebVisorCore

/// Walks the records' maps and asks for each id whether some good place is left.
struct RecordCheck {
    private let repository: Repository
    private let index: ChunkIndex
    private let badPacks: [ObjectID: String]
    private let badChunks: [ObjectID: Set<ObjectID>]

    init(
        _ repository: Repository, _ index: ChunkIndex, badPacks: [ObjectID: String],
        badChunks: [ObjectID: Set<ObjectID>]
    ) {
        self.repository = repository
        self.index = index
        self.badPacks = badPacks
        self.badChunks = badChunks
    }

    func damages(of snapshot: Snapshot) throws -> [Verification.Damage] {
        let fetcher = try ChunkFetcher(PackLibrary(repository), index)
        var damages: [Verification.Damage] = []
        for blob in snapshot.blobs {
            for id in blob.chunks.compactMap({ ObjectID(hex: $0) }) {
                if let reason = try trouble(with: id) {
                    damages.append(.init(part: blob.name, range: nil, reason: reason))
                }
            }
        }
        for disk in snapshot.disks { damages += try self.damages(of: disk, fetcher) }
        return damages
    }

    private func damages(of disk: Snapshot.Disk, _ fetcher: ChunkFetcher) throws -> [Verification.Damage] {
        guard let root = disk.rootID, let height = disk.height else { return [] }
        var damages: [Verification.Damage] = []
        let reader = MapReader(fetcher: fetcher)
        func note(_ range: Range<UInt64>, _ reason: String) {
            if let last = damages.last, let end = last.range?.upperBound, end == range.lowerBound, last.reason == reason
            {
                damages[damages.count - 1].range = (last.range?.lowerBound ?? 0)..<range.upperBound
            } else {
                damages.append(.init(part: disk.target, range: range, reason: reason))
            }
        }
        do {
            try reader.forEachLeaf(root: root, height: height) { span, page in
                let base = UInt64(span) * UInt64(Geometry.leaf)
                let leaf: MapLeaf
                do { leaf = try reader.leaf(page) } catch let miss as ChunkFetcher.Miss {
                    return note(base..<base + UInt64(Geometry.leaf), miss.description)
                }
                for chunk in leaf.chunks {
                    guard let reason = try trouble(with: chunk.id) else { continue }
                    let start = base + UInt64(chunk.start * Geometry.block)
                    note(start..<start + UInt64(chunk.blocks * Geometry.block), reason)
                }
            }
        } catch let miss as ChunkFetcher.Miss {
            note(0..<disk.size_bytes, "its map is damaged: \(miss)")
        } catch let fault as Fault where fault.kind == .attention {
            note(0..<disk.size_bytes, fault.description)
        }
        return damages
    }

    /// nil if a good copy is left.
    private func trouble(with id: ObjectID) throws -> String? {
        var reason = "no pack holds it"
        for place in try index.places(of: id) {
            if let bad = badPacks[place.pack] {
                reason = "pack \(place.pack): \(bad)"
            } else if badChunks[place.pack]?.contains(id) == true {
                reason = "its data in pack \(place.pack) is damaged"
            } else {
                return nil
            }
        }
        return reason
    }
}
