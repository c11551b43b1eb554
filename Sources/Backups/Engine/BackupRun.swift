import Cryptography
import DebVisorCore
import Hypervisor
import Platform
import Synchronization

/// One process's writing into a repository: lease, salvage, index, packs, commit.
///
/// Order of durability: data packs, their segments, map packs, their segments, the record.
final class BackupRun: Sendable {
    let repository: Repository
    let lease: Lease
    let known: KnownChunks
    /// The index as it was when the run began.
    let index: ChunkIndex
    let scanner: BlockScanner
    private let session: RunSession
    private let dataPacks: PackWriter
    private let mapPacks: PackWriter
    private let indexer: SegmentWriter
    private let options: Options
    private let sealers = Atomic<UInt32>(0)
    private let progress = Locked(BackupProgress())
    private let reliesOnIndex = Locked(false)

    struct Options: Sendable {
        var workers: Int
        var level: Int32 = 1
        var isCancelled: @Sendable () -> Bool
        var advanced: @Sendable (BackupProgress) -> Void
        var throttle: Throttle?
    }

    init(_ repository: Repository, lease: Lease, options: Options) throws {
        self.repository = repository
        self.lease = lease
        self.options = options
        index = try ChunkIndex.loadForWriting(repository)
        let known = KnownChunks(index)
        self.known = known
        scanner = try BlockScanner(cutKey: repository.keys.cutKey)
        session = try RunSession(repository.keys, writer: lease.id)
        let indexer = SegmentWriter(repository, known)
        self.indexer = indexer
        func context(_ session: PackSession, atEnd: Bool) -> PackWriter.Context {
            PackWriter.Context(
                directory: repository.directory, repository: repository.id, keys: repository.keys, session: session,
                lease: lease, publishesAtEnd: atEnd, published: { try indexer.add($0) })
        }
        dataPacks = try PackWriter(.data, context(session.data, atEnd: false), buffers: 4)
        mapPacks = try PackWriter(.map, context(session.map, atEnd: true), buffers: 2)
    }

    func checkCancelled() throws {
        if options.isCancelled() { throw CancellationError() }
    }

    /// Another disk is read from now on.
    func begin(disk: String, sizeBytes: UInt64) { progress.withLock { $0.begin(disk, sizeBytes) } }

    /// So many bytes of the disk more are dealt with, and this was done with them.
    func advance(_ bytes: UInt64, _ counters: BackupCounters = BackupCounters()) {
        options.advanced(
            progress.withLock { progress in
                progress.diskDone += bytes
                progress.counters += counters
                return progress
            })
    }

    /// Waits until so many bytes may be read. - Throws: `CancellationError`.
    func admit(_ bytes: Int) throws { try options.throttle?.admit(bytes, isCancelled: options.isCancelled) }

    func sealer(_ type: EntryType) throws -> FrameSealer {
        let number = sealers.add(1, ordering: .relaxed).newValue
        let packs = type == .chunks || type == .blobs ? dataPacks : mapPacks
        return try FrameSealer(type, to: packs, session: session, worker: number, level: options.level)
    }

    /// Backs up one disk; blocks.
    /// - Parameter base: what is not to be read again, if the source knows what changed since.
    func backUp(_ source: any BlockSource, since base: DiskBase? = nil) throws -> DiskOutcome {
        guard source.sizeBytes <= Geometry.largestDisk else {
            throw Fault(
                .failed, "a disk of \(ByteCount(source.sizeBytes)) is too large", hint: "1 PiB is the most")
        }
        guard let base, source.tracksChanges else { return try backUpWhole(source) }
        do { return try backUpChanges(of: source, since: base) } catch let doubt as ChangeDoubt {
            var outcome = try backUpWhole(source)
            outcome.doubt = doubt
            return outcome
        }
    }

    private func backUpWhole(_ source: any BlockSource) throws -> DiskOutcome {
        let size = source.sizeBytes
        // After a doubt the disk begins anew.
        progress.withLock { $0.diskDone = 0 }
        let map = MapBuilder(diskBytes: size)
        let regions = Geometry.regions(ofDisk: size)
        var counters = try share(regions, of: source, map) { worker, next in
            try next.each(below: regions) { try worker.process(region: $0) }
        }
        counters.changedBytes = counters.readBytes
        return try finish(map, counters)
    }

    /// Gives each of some threads a worker and the numbers of `count` regions to take. - Returns: what they did together.
    /// - Parameter spare: threads beside those that keep the processors busy, where a reader mostly waits for its peer.
    func share(
        _ count: Int, of source: any BlockSource, _ map: MapBuilder, spare: Int = 0,
        _ body: @escaping @Sendable (RegionWorker, NextNumber) throws -> Void
    ) throws -> BackupCounters {
        let (next, total) = (NextNumber(), Locked(BackupCounters()))
        try Worker.run(max(1, min(options.workers + spare, count))) { _ in
            let worker = try RegionWorker(
                self, reader: source.makeReader(), diskBytes: source.sizeBytes, map: map)
            try body(worker, next)
            try worker.finish()
            total.withLock { $0 += worker.counters }
        }
        return total.withLock { $0 }
    }

    /// Stores what lies above the leaves.
    func finish(_ map: MapBuilder, _ counters: BackupCounters) throws -> DiskOutcome {
        let pages = PageStore(
            try sealer(.nodes), try MessageAuthenticator(key: repository.keys.pageKey), known)
        let root = try map.finish(pages)
        try pages.flush()
        var counters = counters
        counters.storedBytes += UInt64(pages.storedBytes)
        return DiskOutcome(root: root, height: map.height, counters: counters)
    }

    /// A disk keeps chunks of an earlier backup without asking for each: all packs of the index must stay.
    func relyOnIndex() { reliesOnIndex.withLock { $0 = true } }

    /// Whether packs or chunks that the index names may not be relied on.
    var hasExclusions: Bool { index.exclusions != ChunkIndex.Exclusions() }

    /// Stores a small thing whole: members of at most 256 KiB. - Returns: their ids in order.
    func store(blob: [UInt8]) throws -> (chunks: [ObjectID], storedBytes: Int) {
        let mac = try MessageAuthenticator(key: repository.keys.idKey)
        let sealer = try sealer(.blobs)
        var ids: [ObjectID] = []
        for start in stride(from: 0, to: blob.count, by: Geometry.frameLimit) {
            let piece = Array(blob[start..<min(start + Geometry.frameLimit, blob.count)])
            let code = try mac.authenticate([piece])
            let id = code.withPointer { $0.id(0) }
            ids.append(id)
            if try known.claim(id) {
                try piece.withUnsafeBytes { piece in try code.withUnsafeBytes { try sealer.add(piece, id: $0) } }
            }
        }
        try sealer.flush()
        return (ids, sealer.storedBytes)
    }

    /// Makes all that was stored durable and findable. After it, a record may name it.
    /// - Throws: `attention` if a pack that this run relied on is gone.
    func finishPacks() throws {
        do {
            try dataPacks.finish()
            try indexer.flush()
        } catch {
            mapPacks.abandon()
            throw error
        }
        try mapPacks.finish()
        try indexer.flush()
        try checkReliedPacks()
    }

    /// Packs that were good when the run began stay while its lease lives; one that is gone was removed by other hands.
    private func checkReliedPacks() throws {
        var relied = known.reliedPacks
        if reliesOnIndex.withLock({ $0 }) {
            relied.formUnion(Set(index.packs.keys).subtracting(index.exclusions.condemned))
        }
        guard !relied.isEmpty else { return }
        if let lost = try relied.subtracting(repository.directory.packs()).first {
            throw Fault(
                .attention, "pack \(lost) vanished while the backup relied on it",
                hint: "run the command again: what is missing will be stored anew")
        }
    }

    /// Gives up; what was published stays and is found again, parts are salvaged by the next run.
    func abandon() {
        dataPacks.abandon()
        mapPacks.abandon()
        // Published packs without a segment are indexed by the next run; trying now only spares it the work.
        try? indexer.flush()
    }
}

/// What became of one disk.
struct DiskOutcome {
    var root: ObjectID
    var height: Int
    var counters: BackupCounters
    /// Whether only changes were read.
    var isIncremental = false
    /// Why all of it was read although only changes were asked for.
    var doubt: ChangeDoubt?
}
