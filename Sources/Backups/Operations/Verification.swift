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
        /// Why what was found could not be noted in the repository (a full disk, no permission); nil if it was.
        package var notNoted: String?

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
        // None can be put where the disk is full or read-only; what nobody can write to, nobody prunes.
        let lease = try? Lease.take(
            .read, vmUUIDs: [], command: "backup verify", host: host, in: repository, clock: clock)
        defer { try? lease?.release() }
        let (all, damagedRecords) = try repository.snapshots()
        let snapshots = all.filter { ids?.contains($0.backup_id) ?? true }
        let index = try ChunkIndex.load(repository)
        var packs = PackSurvey(repository, index)
        try packs.inspect()
        let needed = try ids == nil ? nil : packsNeeded(by: snapshots, index)
        let chosen = try packs.choose(options, among: needed)
        options.started(UInt64(chosen.reduce(0) { $0 + $1.size }))
        let reading = try PackReading(repository, options).read(chosen)
        // A deletion that looked before our lease was there unlinks what it has condemned.
        let unlinked = Set(
            chosen.map(\.id).filter {
                index.exclusions.condemned.contains($0) && !Directory.exists(repository.directory.packPath($0))
            })
        let bad = packs.damages.merging(reading.damages.filter { !unlinked.contains($0.key) }) { $1 }
        let check = RecordCheck(repository, index, badPacks: packs.damages, badChunks: reading.badChunks)
        let findings = try snapshots.map { Finding(snapshot: $0, damages: try check.damages(of: $0)) }
        let good = chosen.map(\.id).filter { bad[$0] == nil && !unlinked.contains($0) }
        let notNoted = try note { [badChunks = reading.badChunks] in
            try Quarantining(repository, index).update(
                damagedPacks: packs.present(), badChunks: badChunks, goodPacks: Set(good), clock: clock)
            if options.readsData { try VerificationReceipts(repository).note(good, at: clock.now()) }
        }
        return Result(
            findings: findings, damagedRecords: ids == nil ? damagedRecords : [],
            damagedPacks: bad.filter { needed?.contains($0.key) ?? true }
                .map { (repository.directory.packPath($0.key), $0.value) }.sorted { $0.0 < $1.0 },
            readPacks: chosen.count, readBytes: reading.readBytes,
            notNoted: notNoted)
    }

    /// What was found is worth knowing even where it cannot be written down.
    private func note(_ body: () throws -> Void) throws -> String? {
        do {
            try body()
            return nil
        } catch let fault as Fault where fault.kind == .failed || fault.kind == .denied {
            return fault.message
        }
    }

    /// A damaged map names too little here; the check of the records then says so.
    private func packsNeeded(by snapshots: [Snapshot], _ index: ChunkIndex) throws -> Set<ObjectID> {
        let live = try LiveMap(repository, index)
        for snapshot in snapshots {
            do { try live.mark(snapshot) } catch let fault as Fault where fault.kind == .attention { continue }
        }
        return Set(live.entries.keys)
    }
}
