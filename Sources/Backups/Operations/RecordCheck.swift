import DebVisorCore

/// Walks the records' maps and asks for each id whether some good place is left.
final class RecordCheck {
    private let repository: Repository
    private let index: ChunkIndex
    private let badPacks: [ObjectID: String]
    private let badChunks: [ObjectID: Set<ObjectID>]
    private let fetcher: ChunkFetcher
    /// Leaves that have everything: most backups share most of theirs. 16 bytes each.
    private var wholeLeaves: Set<ObjectID> = []

    init(
        _ repository: Repository, _ index: ChunkIndex, badPacks: [ObjectID: String],
        badChunks: [ObjectID: Set<ObjectID>]
    ) throws {
        self.repository = repository
        self.index = index
        self.badPacks = badPacks
        self.badChunks = badChunks
        fetcher = try ChunkFetcher(PackLibrary(repository), index)
    }

    /// What the chosen ones of all backups have lost, who shares it, and which backup is whole instead.
    ///
    /// Only if something is lost are the other backups looked at too.
    /// - Parameter all: every backup, oldest first.
    func findings(of all: [Snapshot], chosen: (Snapshot) -> Bool) throws -> [Verification.Finding] {
        var losers = Losers()
        for number in all.indices where chosen(all[number]) { try look(at: all[number], number, &losers) }
        if !losers.isEmpty {
            for number in all.indices where !chosen(all[number]) { try look(at: all[number], number, &losers) }
        }
        return try all.indices.filter { chosen(all[$0]) }.map { number in
            guard losers.contains(number) else { return Verification.Finding(snapshot: all[number], damages: []) }
            var losses: [Loss] = []
            try forEachLoss(in: all[number]) { id, loss in
                var loss = loss
                loss.sharedBy = losers.sharing(id).filter { $0 != number }.map { all[$0].reference }
                losses.join(loss)
            }
            return Verification.Finding(
                snapshot: all[number], damages: losses,
                cleanBackup: all[number].nearest(among: all.indices.filter { !losers.contains($0) }.map { all[$0] }))
        }
    }

    private func look(at snapshot: Snapshot, _ number: Int, _ losers: inout Losers) throws {
        var lost: [ObjectID] = []
        try forEachLoss(in: snapshot) { id, _ in lost.append(id) }
        for id in lost { losers.insert(number, at: id) }
    }

    /// Calls `body` with each id that is lost and what of the backup is lost with it, in order.
    private func forEachLoss(in snapshot: Snapshot, _ body: @escaping (ObjectID, Loss) -> Void) throws {
        for blob in snapshot.blobs {
            for id in blob.chunks.compactMap({ ObjectID(hex: $0) }) {
                if let reason = try trouble(with: id) { body(id, Loss(part: blob.name, range: nil, reason: reason)) }
            }
        }
        for disk in snapshot.disks {
            guard let root = disk.rootID, let height = disk.height else { continue }
            try forEachLoss(in: disk, root, height: height, body)
        }
    }

    private func forEachLoss(
        in disk: Snapshot.Disk, _ root: ObjectID, height: Int, _ body: @escaping (ObjectID, Loss) -> Void
    ) throws {
        let reader = MapReader(fetcher: fetcher)
        func lose(_ id: ObjectID, _ range: Range<UInt64>, _ reason: LossReason) {
            body(id, Loss(part: disk.target, range: range.clamped(to: 0..<disk.size_bytes), reason: reason))
        }
        try reader.forEachLeaf(root: root, height: height) { [self] page, height in
            height > 0 || !wholeLeaves.contains(page)
        } lose: { leaves, miss in
            lose(miss.id, leaves.bytes, miss.reason)
        } _: { [self] number, page in
            let leaf: MapLeaf
            do { leaf = try reader.leaf(page) } catch let miss as ChunkFetcher.Miss {
                return lose(page, (number..<number + 1).bytes, miss.reason)
            }
            var isWhole = true
            for chunk in leaf.chunks {
                guard let reason = try trouble(with: chunk.id) else { continue }
                isWhole = false
                let start = UInt64(number) * UInt64(Geometry.leaf) + UInt64(chunk.start * Geometry.block)
                lose(chunk.id, start..<start + UInt64(chunk.blocks * Geometry.block), reason)
            }
            if isWhole { wholeLeaves.insert(page) }
        }
    }

    /// nil if a good copy is left.
    private func trouble(with id: ObjectID) throws -> LossReason? {
        var reason = LossReason.absent
        for place in try index.places(of: id) {
            if let bad = badPacks[place.pack] {
                reason = .badPack(place.pack.description, reason: bad)
            } else if badChunks[place.pack]?.contains(id) == true {
                reason = .badData(pack: place.pack.description)
            } else {
                return nil
            }
        }
        return reason
    }
}

/// Which backups have lost which ids. A damaged pack may hold a million ids, which few sets of backups share.
private struct Losers {
    private var sets: [Set<Int>] = []
    private var numbers: [Set<Int>: Int] = [:]
    private var ids: [ObjectID: Int] = [:]
    private var all: Set<Int> = []

    var isEmpty: Bool { all.isEmpty }
    func contains(_ backup: Int) -> Bool { all.contains(backup) }
    func sharing(_ id: ObjectID) -> [Int] { ids[id].map { sets[$0].sorted() } ?? [] }

    mutating func insert(_ backup: Int, at id: ObjectID) {
        all.insert(backup)
        let set = (ids[id].map { sets[$0] } ?? []).union([backup])
        if let number = numbers[set] {
            ids[id] = number
        } else {
            sets.append(set)
            numbers[set] = sets.count - 1
            ids[id] = sets.count - 1
        }
    }
}

extension Range<Int> {
    /// What leaves of these numbers span of a disk.
    var bytes: Range<UInt64> {
        UInt64(lowerBound) * UInt64(Geometry.leaf)..<UInt64(upperBound) * UInt64(Geometry.leaf)
    }
}

extension Snapshot {
    /// The one of `others` that shows the same machine or file at the nearest time; the older of two.
    package func nearest(among others: [Snapshot]) -> Snapshot? {
        others.filter { $0.vm_uuid == vm_uuid && (vm_uuid != nil || $0.name == name) }
            .min { (abs($0.time - time), $0.time) < (abs($1.time - time), $1.time) }
    }
}
