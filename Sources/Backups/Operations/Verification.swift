package import DebVisorCore
import Platform
import Synchronization

/// Checks that backups can be given back: every record, map page and chunk has a place in a pack that is there and
/// says so itself; with `readsData` every byte of the packs is read and every id computed anew.
package struct Verification: Sendable {
    private let repository: Repository
    private let host: HostIdentity
    private let clock: any WallClock
    private let options: Options

    package struct Options: Sendable {
        package var readsData = false
        /// Share of the packs to read, those first whose last good reading is longest ago; 1 for all.
        package var subset = 1.0
        package var workers: Int?
        package var isCancelled: @Sendable () -> Bool = { false }
        /// Told once: bytes of packs that will be read.
        package var started: @Sendable (UInt64) -> Void = { _ in }
        package var advanced: @Sendable (UInt64) -> Void = { _ in }

        package init() {}
    }

    /// One backup's state.
    package struct Finding: Sendable {
        package var snapshot: Snapshot
        package var damages: [Damage]
    }

    /// Something a backup can no longer give back.
    package struct Damage: Sendable, Equatable {
        /// The disk's target, or the name of a small file.
        package var part: String
        /// Bytes of the disk; nil for a small file.
        package var range: Range<UInt64>?
        package var reason: String
    }

    package struct Result: Sendable {
        package var findings: [Finding]
        /// Names of records that cannot be read.
        package var damagedRecords: [String]
        /// Packs that are bad in themselves, with the reason, whether or not a backup needs them.
        package var damagedPacks: [(path: String, reason: String)]
        package var readPacks: Int
        package var readBytes: UInt64

        package var isGood: Bool {
            damagedRecords.isEmpty && damagedPacks.isEmpty && findings.allSatisfy(\.damages.isEmpty)
        }
    }

    package init(_ repository: Repository, host: HostIdentity, clock: any WallClock, options: Options) {
        self.repository = repository
        self.host = host
        self.clock = clock
        self.options = options
    }

    /// - Parameter ids: backup ids to check; nil for all. Blocks.
    package func run(_ ids: Set<String>?) throws -> Result {
        let lease = try Lease.take(
            .read, vmUUIDs: [], command: "backup verify", host: host, in: repository, clock: clock)
        defer { try? lease.release() }
        let (all, damagedRecords) = try repository.snapshots()
        let snapshots = all.filter { ids?.contains($0.backup_id) ?? true }
        let index = try ChunkIndex.load(repository)
        var packs = PackSurvey(repository, index)
        try packs.inspect()
        let needed = try ids == nil ? nil : packsNeeded(by: snapshots, index)
        let chosen = try packs.choose(options, among: needed)
        options.started(UInt64(chosen.reduce(0) { $0 + $1.size }))
        let reading = try PackReading(repository, options).read(chosen)
        let bad = packs.damages.merging(reading.damages) { $1 }
        let check = RecordCheck(repository, index, badPacks: packs.damages, badChunks: reading.badChunks)
        let findings = try snapshots.map { Finding(snapshot: $0, damages: try check.damages(of: $0)) }
        let good = chosen.map(\.id).filter { bad[$0] == nil }
        try Quarantining(repository, index).update(
            damagedPacks: packs.present(), badChunks: reading.badChunks, goodPacks: Set(good), clock: clock)
        if options.readsData { try noteGood(good) }
        return Result(
            findings: findings, damagedRecords: ids == nil ? damagedRecords : [],
            damagedPacks: bad.filter { needed?.contains($0.key) ?? true }
                .map { (repository.directory.packPath($0.key), $0.value) }.sorted { $0.0 < $1.0 },
            readPacks: chosen.count, readBytes: reading.readBytes)
    }

    /// A damaged map names too little here; the check of the records then says so.
    private func packsNeeded(by snapshots: [Snapshot], _ index: ChunkIndex) throws -> Set<ObjectID> {
        let live = try LiveMap(repository, index)
        for snapshot in snapshots {
            do { try live.mark(snapshot) } catch let fault as Fault where fault.kind == .attention { continue }
        }
        return Set(live.entries.keys)
    }

    private func noteGood(_ packs: [ObjectID]) throws {
        guard !packs.isEmpty else { return }
        let now = clock.now().milliseconds
        let name = Snapshot.objectName(time: now, id: ObjectID.random().description)
            .replacing("snapshots/", with: "verified/", maxReplacements: 1)
        Failpoint.pass("verify.receipt")
        try repository.put(Verified(time: now, packs: packs.map(\.description)), as: .verified, named: name)
    }
}

/// The packs as they lie there against what the index says of them.
struct PackSurvey {
    private let repository: Repository
    private let index: ChunkIndex
    /// Pack → what is wrong with it.
    private(set) var damages: [ObjectID: String] = [:]
    /// Packs that are not there, condemned ones among them: nothing to read.
    private var gone: Set<ObjectID> = []

    init(_ repository: Repository, _ index: ChunkIndex) {
        self.repository = repository
        self.index = index
    }

    /// Checks size, header and authenticated trailer of every pack that the index names.
    mutating func inspect() throws {
        let library = PackLibrary(repository)
        for (id, pack) in index.packs {
            do {
                guard let (_, size) = try library.trailer(of: id) else {
                    damages[id] = "its trailer is damaged or cut off"
                    continue
                }
                if size != pack.size { damages[id] = "it has \(size) bytes, the index says \(pack.size)" }
            } catch let fault as Fault where fault.kind == .notFound {
                gone.insert(id)
                // Condemned packs may go at any time.
                if !index.exclusions.condemned.contains(id) { damages[id] = "it is gone" }
            } catch let fault as Fault where fault.kind == .attention {
                damages[id] = fault.message
            }
        }
    }

    /// Damaged packs that are still there.
    func present() -> [ObjectID: String] { damages.filter { !gone.contains($0.key) } }

    /// The packs to read: those whose last good reading is longest ago come first.
    func choose(_ options: Verification.Options, among needed: Set<ObjectID>?) throws -> [IndexedPack] {
        guard options.readsData else { return [] }
        var verified: [ObjectID: Int64] = [:]
        for (_, receipt) in try repository.objects(Verified.self, in: "verified", as: .verified) {
            for id in receipt.packs.compactMap({ ObjectID(hex: $0) }) {
                verified[id] = max(verified[id] ?? 0, receipt.time)
            }
        }
        let candidates = index.packs.values
            .filter { (needed?.contains($0.id) ?? true) && !gone.contains($0.id) }
            .sorted { (verified[$0.id] ?? 0, $0.id.description) < (verified[$1.id] ?? 0, $1.id.description) }
        let count = Int((Double(candidates.count) * options.subset).rounded(.up))
        return Array(candidates.prefix(max(min(count, candidates.count), 0)))
    }
}

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
