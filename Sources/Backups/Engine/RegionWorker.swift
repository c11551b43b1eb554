import Cryptography
import DebVisorCore
import Hypervisor

/// Reads, cuts, names, deduplicates and seals one region after another; owned by one thread.
///
/// A region is taken alone and no chunk crosses its end, so the map does not depend on how many workers there are.
final class RegionWorker {
    let run: BackupRun
    let reader: any BlockReader
    let diskBytes: UInt64
    private let scanner: BlockScanner
    private let mac: MessageAuthenticator
    private let sealer: FrameSealer
    private let pages: PageStore
    let map: MapBuilder
    var counters = BackupCounters()
    private var published = BackupCounters()

    /// The open chunk lies directly before the window that is read next: first 256 KiB for what is carried over.
    private let buffer = AlignedBuffer(carryLimit + windowBlocks * Geometry.block)
    static let windowBlocks = 256
    private static let carryLimit = Geometry.chunkBlocks * Geometry.block
    private var chunkStart = 0
    private var chunkBlocks = 0
    private var chunkOffset = 0
    private var leaf: [MapLeaf.Chunk] = []
    var leafIndex = 0
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

    /// Reads a whole region. - Parameter index: number of the region of 64 MiB.
    func process(region index: Int) throws {
        try run.checkCancelled()
        let region = Geometry.blocks(ofRegion: index, diskBytes: diskBytes)
        leafIndex = region.lowerBound / Geometry.leafBlocks
        var position = region.lowerBound
        for data in try dataBlocks(in: region) {
            if data.lowerBound > position {
                try closeChunk()
                advance(bytes(data.lowerBound - position))
            }
            try read(data)
            position = data.upperBound
        }
        try closeChunk()
        advance(bytes(region.upperBound - position))
        try closeLeaf(before: (index + 1) * Geometry.regionLeaves)
    }

    /// Where the region holds data, in blocks: what shares its block with data is read with it.
    func dataBlocks(in region: Range<Int>) throws -> [Range<Int>] {
        var blocks = BlockRanges()
        for extent in try reader.extents(in: bytes(of: region)) where extent.isData {
            blocks.append(bytes: extent.range)
        }
        return blocks.ranges
    }

    func bytes(_ blocks: Int) -> UInt64 { UInt64(blocks) * UInt64(Geometry.block) }

    /// The part of the disk; its last block may be shorter.
    func bytes(of blocks: Range<Int>) -> Range<UInt64> {
        bytes(blocks.lowerBound)..<min(bytes(blocks.upperBound), diskBytes)
    }

    /// Hands over what is still in memory.
    func finish() throws {
        try sealer.flush()
        try pages.flush()
        counters.storedBytes += UInt64(sealer.storedBytes + pages.storedBytes)
    }

    /// Publishes what was done since the last time.
    func advance(_ bytes: UInt64) {
        var now = counters
        now.storedBytes += UInt64(sealer.storedBytes + pages.storedBytes)
        run.advance(bytes, now - published)
        published = now
    }

    private func read(_ blocks: Range<Int>) throws {
        var position = blocks.lowerBound
        while position < blocks.upperBound {
            try run.checkCancelled()
            let count = min(Self.windowBlocks, blocks.upperBound - position)
            try fill(position, count)
            _ = try cut(firstBlock: position, blocks: count)
            position += count
            advance(bytes(count))
        }
    }

    /// Reads blocks into the window, the open chunk before it.
    func fill(_ firstBlock: Int, _ blocks: Int) throws {
        carryOver()
        let end = Self.carryLimit + blocks * Geometry.block
        try run.admit(blocks * Geometry.block)
        try reader.read(at: bytes(firstBlock), into: buffer.bytes(Self.carryLimit..<end))
        counters.readBytes += bytes(blocks)
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

    /// Cuts the blocks of the window. - Returns: where it stopped because `old` says that the rest is as it was; nil if
    /// it took all of them.
    func cut(firstBlock: Int, blocks: Int, until old: inout OldChunks) throws -> Int? {
        for index in 0..<blocks {
            let offset = Self.carryLimit + index * Geometry.block
            let verdict = scanner.scan(buffer.base + offset)
            if verdict.isZero {
                try closeChunk()
            } else {
                if chunkBlocks == 0 {
                    chunkStart = firstBlock + index
                    chunkOffset = offset
                }
                chunkBlocks += 1
                if BlockScanner.ends(after: chunkBlocks, verdict) { try closeChunk() }
            }
            let next = firstBlock + index + 1
            if chunkBlocks == 0, old.goesOn(from: next) { return next }
        }
        return nil
    }

    func cut(firstBlock: Int, blocks: Int) throws {
        var nothing = OldChunks.none
        _ = try cut(firstBlock: firstBlock, blocks: blocks, until: &nothing)
    }

    func closeChunk() throws {
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
        try append(DiskChunk(start: chunkStart, blocks: chunkBlocks, id: id))
        chunkBlocks = 0
    }

    /// The next chunk of the map.
    func append(_ chunk: DiskChunk) throws {
        let span = chunk.start / Geometry.leafBlocks
        if span != leafIndex { try closeLeaf(before: span) }
        leaf.append(MapLeaf.Chunk(start: chunk.start % Geometry.leafBlocks, blocks: chunk.blocks, id: chunk.id))
    }

    /// Stores the open leaf; the spans up to `next` have none.
    func closeLeaf(before next: Int) throws {
        if let page = MapLeaf(chunks: leaf).page { map.set(try pages.put(page), leaf: leafIndex) }
        leaf.removeAll(keepingCapacity: true)
        leafIndex = next
    }
}
