import DebVisorCore
import Hypervisor
import Platform
import Synchronization

/// Writes one disk of a backup to a sink: leaves of 4 MiB in parallel, one write for each run of data, none for holes.
final class DiskRestore: Sendable {
    private let library: PackLibrary
    private let index: ChunkIndex
    private let options: Options

    struct Options: Sendable {
        var workers: Int
        var isCancelled: @Sendable () -> Bool
        /// Bytes of disk dealt with so far.
        var advanced: @Sendable (UInt64) -> Void
        /// Told of each stretch that the repository cannot give back, from any thread: it stays a hole. Without it the
        /// first one is an error.
        var lost: (@Sendable (DiskDamage) -> Void)?
    }

    init(_ repository: Repository, _ index: ChunkIndex, options: Options) {
        library = PackLibrary(repository)
        self.index = index
        self.options = options
    }

    /// Blocks. - Returns: bytes written.
    func write(root: ObjectID, height: Int, sizeBytes: UInt64, to sink: any BlockSink) throws -> UInt64 {
        var leaves: [(span: Int, id: ObjectID)] = []
        let reader = MapReader(fetcher: try ChunkFetcher(library, index))
        let lose: MapReader.Lose = { [options] spans, miss in
            guard let lost = options.lost else { throw miss }
            lost(DiskDamage(range: spans.bytes.clamped(to: 0..<sizeBytes), miss: miss))
        }
        try reader.forEachLeaf(root: root, height: height, lose: lose) { leaves.append(($0, $1)) }
        let work = leaves
        let next = NextNumber()
        let written = Atomic<UInt64>(0)
        try Worker.run(max(1, min(options.workers, work.count))) { [self] _ in
            let worker = try LeafWriter(
                fetcher: ChunkFetcher(library, index), writer: sink.makeWriter(), sizeBytes: sizeBytes,
                lost: options.lost)
            try next.each(below: work.count) { number in
                if options.isCancelled() { throw CancellationError() }
                let bytes = try worker.write(work[number].id, span: work[number].span)
                options.advanced(written.add(bytes, ordering: .relaxed).newValue)
            }
        }
        return written.load(ordering: .relaxed)
    }
}

/// One thread's part of a restore.
private final class LeafWriter {
    private let fetcher: ChunkFetcher
    private let writer: any BlockWriter
    private let sizeBytes: UInt64
    private let lost: (@Sendable (DiskDamage) -> Void)?
    /// A leaf's span and the chunk that may run over its end.
    private let window = AlignedBuffer(Geometry.leaf + MapLeaf.longestChunk * Geometry.block)

    init(
        fetcher: ChunkFetcher, writer: any BlockWriter, sizeBytes: UInt64, lost: (@Sendable (DiskDamage) -> Void)?
    ) {
        self.lost = lost
        self.fetcher = fetcher
        self.writer = writer
        self.sizeBytes = sizeBytes
    }

    func write(_ id: ObjectID, span: Int) throws -> UInt64 {
        let base = UInt64(span) * UInt64(Geometry.leaf)
        guard let leaf = try leaf(id, base: base) else { return 0 }
        var run: Range<Int> = 0..<0
        var written: UInt64 = 0
        for chunk in leaf.chunks {
            let start = chunk.start * Geometry.block
            let end = start + chunk.blocks * Geometry.block
            let isThere = try fetch(chunk, at: start, base: base)
            if start != run.upperBound || !isThere {
                written += try flush(run, base: base)
                run = isThere ? start..<start : end..<end
            }
            run = run.lowerBound..<end
        }
        return written + (try flush(run, base: base))
    }

    /// nil if the page is lost and may be.
    private func leaf(_ id: ObjectID, base: UInt64) throws -> MapLeaf? {
        do { return try MapReader(fetcher: fetcher).leaf(id) } catch let miss as ChunkFetcher.Miss {
            let end = min(base + UInt64(Geometry.leaf), sizeBytes)
            try report(DiskDamage(range: base..<end, miss: miss))
            return nil
        }
    }

    private func report(_ damage: DiskDamage) throws {
        guard let lost else { throw damage }
        lost(damage)
    }

    /// - Returns: false if the chunk is lost and may be.
    private func fetch(_ chunk: MapLeaf.Chunk, at start: Int, base: UInt64) throws -> Bool {
        let length = chunk.blocks * Geometry.block
        let byte = base + UInt64(start)
        do {
            try fetcher.withMember(chunk.id) { content in
                guard content.count == length, let source = content.baseAddress else {
                    throw ChunkFetcher.Miss.malformed(chunk.id)
                }
                (window.base + start).copyMemory(from: source, byteCount: length)
            }
            return true
        } catch let miss as ChunkFetcher.Miss {
            try report(DiskDamage(range: byte..<min(byte + UInt64(length), sizeBytes), miss: miss))
            return false
        }
    }

    private func flush(_ run: Range<Int>, base: UInt64) throws -> UInt64 {
        guard !run.isEmpty else { return 0 }
        let start = base + UInt64(run.lowerBound)
        // The last block of a disk is padded in the repository, not on the disk.
        let end = min(base + UInt64(run.upperBound), sizeBytes)
        guard start < end else { return 0 }
        let bytes = UnsafeRawBufferPointer(start: window.base + run.lowerBound, count: Int(end - start))
        try writer.write(at: start, from: bytes)
        return end - start
    }
}

/// A part of a disk that the repository cannot give back.
struct DiskDamage: Error {
    var range: Range<UInt64>
    var miss: ChunkFetcher.Miss
}
