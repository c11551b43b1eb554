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
        package var damages: [Loss]
        /// If it is damaged: the nearest backup of the same machine in which nothing lost was found.
        package var cleanBackup: Snapshot?

        package init(snapshot: Snapshot, damages: [Loss], cleanBackup: Snapshot? = nil) {
            self.snapshot = snapshot
            self.damages = damages
            self.cleanBackup = cleanBackup
        }
    }

    /// A pack that is bad in itself.
    package struct DamagedPack: Sendable, Equatable {
        package var path: String
        package var reason: String
        package var state: State

        package enum State: Sendable {
            case new
            /// An earlier verification found it and set it aside: if no backup needs it, it is no news.
            case known
            /// It is not there; the index still names it.
            case gone
        }
    }

    package struct Result: Sendable {
        package var findings: [Finding]
        /// Names of records that cannot be read.
        package var damagedRecords: [String]
        /// Paths of index segments that are damaged: no backup is lost by it, and they can be made anew.
        package var damagedSegments: [String]
        /// Packs that are bad in themselves, with the reason, whether or not a backup needs them.
        package var damagedPacks: [DamagedPack]
        package var readPacks: Int
        package var readBytes: UInt64
        /// Why what was found could not be noted in the repository (a full disk, no permission); nil if it was.
        package var notNoted: String?

        /// Nothing was found that somebody has to look at: no backup has lost anything, nothing is newly damaged.
        package var isGood: Bool {
            damagedRecords.isEmpty && damagedSegments.isEmpty && damagedPacks.allSatisfy { $0.state == .known }
                && findings.allSatisfy(\.damages.isEmpty)
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
        let (index, damagedSegments) = try ChunkIndex.loadForReading(repository)
        var packs = PackSurvey(repository, index)
        try packs.inspect()
        let needed = try ids == nil ? nil : packsNeeded(by: snapshots, index)
        let chosen = try packs.choose(options, among: needed)
        options.started(UInt64(chosen.reduce(0) { $0 + $1.size }))
        let reading = try PackReading(repository, index, options).read(chosen)
        // A deletion that looked before our lease was there unlinks what it has condemned.
        let unlinked = Set(
            chosen.map(\.id).filter {
                index.exclusions.condemned.contains($0) && !Directory.exists(repository.directory.packPath($0))
            })
        let bad = packs.damages.merging(reading.damages.filter { !unlinked.contains($0.key) }) { $1 }
        let badPacks = packs.damages.filter { !reading.readPacks.contains($0.key) }
        let findings = try RecordCheck(repository, index, badPacks: badPacks, badChunks: reading.badChunks)
            .findings(of: all) { ids?.contains($0.backup_id) ?? true }
        let good = chosen.map(\.id).filter { bad[$0] == nil && !unlinked.contains($0) }
        let quarantining = Quarantining(repository, index)
        let news = try quarantining.news(
            badPacks: badPacks.filter { !packs.gone.contains($0.key) }, badChunks: reading.badChunks,
            damaged: Set(bad.keys).subtracting(packs.gone))
        let notNoted = try note {
            try quarantining.update(news, reasons: badPacks, goodPacks: Set(good))
            if options.readsData { try VerificationReceipts(repository).note(good, at: clock.now()) }
        }
        return Result(
            findings: findings, damagedRecords: ids == nil ? damagedRecords : [], damagedSegments: damagedSegments,
            damagedPacks: bad.filter { needed?.contains($0.key) ?? true }
                .map { pack, reason in
                    DamagedPack(
                        path: repository.directory.packPath(pack), reason: reason,
                        state: packs.gone.contains(pack) ? .gone : news[pack] == nil ? .known : .new)
                }.sorted { $0.path < $1.path },
            readPacks: chosen.count, readBytes: reading.readBytes, notNoted: notNoted)
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
