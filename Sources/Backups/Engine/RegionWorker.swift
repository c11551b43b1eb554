import Cryptography
import DebVisorCore
import Hypervisor

/// Reads, cuts, names, deduplicates and seals one region after another; owned by one thread.
///
/// A region is taken alone and no chunk crosses its end, so the map does not depend on how many workers there are.
final class RegionWorker {
    private let run: BackupRun
    private let reader: any BlockReader
    private let diskBytes: UInt64
    private let scanner: BlockScanner
    private let mac: MessageAuthenticator
    private let sealer: FrameSealer
    private let pages: PageStore
    private let map: MapBuilder
    private(set) var counters = BackupCounters()

    /// The open chunk lies directly before the window that is read next: first 256 KiB for what is carried over.
    private let buffer = AlignedBuffer(carryLimit + window)
    private static let window = 1 << 20
    private static let carryLimit = Geometry.chunkBlocks * Geometry.block
    private var chunkStart = 0
    private var chunkBlocks = 0
    private var leaf: [MapLeaf.Chunk] = []
    private var leafIndex = 0
    private var fullID = [UInt8](repeating: 0, count: EntryHeader.idLength)

    init(_ run: BackupRun, reader: any BlockReader, diskBytes: UInt64, map: MapBuilder) throws {
        self.run = run
        self.reader = reader
        self.diskBytes = diskBytes
        self.map = map
        scanner = run.scanner
        mac = try MessageAuthenticator(key: run.repository.keys.idKey)
        sealer = try run.sealer(.chunks)
        pages = PageStore(
            try run.sealer(.leaves), try MessageAuthenticator(key: run.repository.keys.pageKey), run.known)
    }

    /// - Parameter index: number of the region of 64 MiB.
    func process(region index: Int) throws {
        try run.checkCancelled()
        let start = UInt64(index) * UInt64(Geometry.region)
        let end = min(start + UInt64(Geometry.region), diskBytes)
        leafIndex = index * (Geometry.region / Geometry.leaf)
        var position = start
        for extent in try reader.extents(in: start..<end) where extent.isData {
            // Data may begin and end anywhere; what shares its block is read with it.
            let from = max(extent.range.lowerBound & ~UInt64(Geometry.block - 1), position)
            let to = min(
                (extent.range.upperBound + UInt64(Geometry.block - 1)) & ~UInt64(Geometry.block - 1), paddedEnd(end))
            guard from < to else { continue }
            if from > position {
                try closeChunk()
                run.advance(from - position)
            }
            try read(from..<to)
            position = to
        }
        try closeChunk()
        if end > position { run.advance(end - position) }
        try closeLeaf(before: (index + 1) * (Geometry.region / Geometry.leaf))
    }

    private func paddedEnd(_ end: UInt64) -> UInt64 { (end + UInt64(Geometry.block - 1)) & ~UInt64(Geometry.block - 1) }

    /// Hands over what is still in memory.
    func finish() throws {
        try sealer.flush()
        try pages.flush()
        counters.storedBytes += UInt64(sealer.storedBytes + pages.storedBytes)
    }

    private func read(_ range: Range<UInt64>) throws {
        var offset = range.lowerBound
        while offset < range.upperBound {
            try run.checkCancelled()
            let count = Int(min(UInt64(Self.window), range.upperBound - offset))
            carryOver()
            try reader.read(at: offset, into: buffer.bytes(Self.carryLimit..<Self.carryLimit + count))
            counters.readBytes += UInt64(count)
            try cut(firstBlock: Int(offset / UInt64(Geometry.block)), blocks: count / Geometry.block)
            offset += UInt64(count)
            run.advance(UInt64(count))
        }
    }

    /// Moves the open chunk in front of the window.
    private func carryOver() {
        guard chunkBlocks > 0 else { return }
        let length = chunkBlocks * Geometry.block
        let target = Self.carryLimit - length
        if chunkOffset != target {
            (buffer.base + target).copyMemory(from: buffer.base + chunkOffset, byteCount: length)
            chunkOffset = target
        }
    }
    private var chunkOffset = 0

    private func cut(firstBlock: Int, blocks: Int) throws {
        for index in 0..<blocks {
            let offset = Self.carryLimit + index * Geometry.block
            let verdict = scanner.scan(buffer.base + offset)
            if verdict.isZero {
                try closeChunk()
                continue
            }
            if chunkBlocks == 0 {
                chunkStart = firstBlock + index
                chunkOffset = offset
            }
            chunkBlocks += 1
            if BlockScanner.ends(after: chunkBlocks, verdict) { try closeChunk() }
        }
    }

    private func closeChunk() throws {
        guard chunkBlocks > 0 else { return }
        let content = UnsafeRawBufferPointer(start: buffer.base + chunkOffset, count: chunkBlocks * Geometry.block)
        let id = try fullID.withUnsafeMutableBytes { output in
            try mac.authenticate(content, into: output)
            return output.baseAddress.map { ObjectID(UnsafeRawPointer($0)) } ?? .zero
        }
        counters.dataBytes += UInt64(content.count)
        if try run.known.claim(id) {
            counters.newBytes += UInt64(content.count)
            try fullID.withUnsafeBytes { try sealer.add(content, id: $0) }
        }
        let span = chunkStart / Geometry.leafBlocks
        if span != leafIndex { try closeLeaf(before: span) }
        leaf.append(MapLeaf.Chunk(start: chunkStart % Geometry.leafBlocks, blocks: chunkBlocks, id: id))
        chunkBlocks = 0
    }

    /// Stores the open leaf; the spans up to `next` have none.
    private func closeLeaf(before next: Int) throws {
        if let page = MapLeaf(chunks: leaf).page { map.set(try pages.put(page), leaf: leafIndex) }
        leaf.removeAll(keepingCapacity: true)
        leafIndex = next
    }
}

/// What a backup did so far, in bytes.
package struct BackupCounters: Sendable {
    /// Read from the source.
    package var readBytes: UInt64 = 0
    /// Of those, not zero.
    package var dataBytes: UInt64 = 0
    /// Of those, not in the repository before.
    package var newBytes: UInt64 = 0
    /// Written for them, compressed and encrypted, maps included.
    package var storedBytes: UInt64 = 0

    package static func += (a: inout BackupCounters, b: BackupCounters) {
        a.readBytes += b.readBytes
        a.dataBytes += b.dataBytes
        a.newBytes += b.newBytes
        a.storedBytes += b.storedBytes
    }
}
