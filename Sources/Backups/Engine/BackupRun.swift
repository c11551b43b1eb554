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
    let scanner: BlockScanner
    private let session: RunSession
    private let dataPacks: PackWriter
    private let mapPacks: PackWriter
    private let indexer: SegmentWriter
    private let options: Options
    private let sealers = Atomic<UInt32>(0)
    private let done = Atomic<UInt64>(0)

    struct Options: Sendable {
        var workers: Int
        var level: Int32 = 1
        var isCancelled: @Sendable () -> Bool
        /// Bytes of disk dealt with since the run began, holes included.
        var advanced: @Sendable (UInt64) -> Void
    }

    init(_ repository: Repository, lease: Lease, options: Options) throws {
        self.repository = repository
        self.lease = lease
        self.options = options
        let known = KnownChunks(try ChunkIndex.loadForWriting(repository))
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

    func advance(_ bytes: UInt64) { options.advanced(done.add(bytes, ordering: .relaxed).newValue) }

    func sealer(_ type: EntryType) throws -> FrameSealer {
        let number = sealers.add(1, ordering: .relaxed).newValue
        let packs = type == .chunks || type == .blobs ? dataPacks : mapPacks
        return try FrameSealer(type, to: packs, session: session, worker: number, level: options.level)
    }

    /// Backs up one disk; blocks. - Returns: its map's root and height, and what it took.
    func backUp(_ source: any BlockSource) throws -> (root: ObjectID, height: Int, counters: BackupCounters) {
        let size = source.sizeBytes
        guard size <= Geometry.largestDisk else {
            throw Fault(.failed, "a disk of \(ByteCount(size)) is too large", hint: "1 PiB is the most")
        }
        let map = MapBuilder(diskBytes: size)
        let regions = Int((size + UInt64(Geometry.region) - 1) / UInt64(Geometry.region))
        let next = NextNumber()
        let total = Locked(BackupCounters())
        try Worker.run(max(1, min(options.workers, regions))) { _ in
            let worker = try RegionWorker(self, reader: source.makeReader(), diskBytes: size, map: map)
            do {
                while let region = next.take(below: regions) { try worker.process(region: region) }
            } catch {
                next.stop()
                throw error
            }
            try worker.finish()
            total.withLock { $0 += worker.counters }
        }
        let pages = PageStore(
            try sealer(.nodes), try MessageAuthenticator(key: repository.keys.pageKey), known)
        let root = try map.finish(pages)
        try pages.flush()
        var counters = total.withLock { $0 }
        counters.storedBytes += UInt64(pages.storedBytes)
        return (root, map.height, counters)
    }

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
        for pack in known.reliedPacks where !Directory.exists(repository.directory.packPath(pack)) {
            throw Fault(
                .attention, "pack \(pack) vanished while the backup relied on it",
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

/// Hands out 0, 1, 2, … to threads.
final class NextNumber: Sendable {
    private let next = Atomic<Int>(0)
    private let stopped = Atomic<Bool>(false)

    func take(below limit: Int) -> Int? {
        if stopped.load(ordering: .relaxed) { return nil }
        let number = next.add(1, ordering: .relaxed).oldValue
        return number < limit ? number : nil
    }

    func stop() { stopped.store(true, ordering: .relaxed) }
}
