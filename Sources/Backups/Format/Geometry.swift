/// The sizes that format 1 fixes.
package enum Geometry {
    package static let block = 4096
    /// Most blocks of a chunk.
    package static let chunkBlocks = 64
    /// Least blocks of a chunk, unless a hole or the end of a region comes first.
    package static let minimumBlocks = 3
    /// A block ends a chunk with a chance of one in so many.
    package static let odds: UInt64 = 12
    /// A map leaf's span.
    package static let leaf = 4 << 20
    package static let leafBlocks = leaf / block
    /// What one worker takes; no chunk crosses its end.
    package static let region = 64 << 20
    static let regionBlocks = region / block
    static let regionLeaves = region / leaf
    package static let nodeChildren = 256
    /// Most threads of a run unless somebody says otherwise: each takes some megabytes.
    package static let workerLimit = 12
    /// A frame is closed at this payload …
    package static let frameTarget = 128 << 10
    /// … and never joined past this.
    package static let frameLimit = 256 << 10
    package static let packLimit = 64 << 20
    package static let packAlignment = 4096

    /// No disk is larger: 1 PiB. Its map's ids alone would fill 4 GiB of memory.
    package static let largestDisk: UInt64 = 1 << 50
    /// Heights that a map may have.
    package static let mapHeights = 1...mapHeight(ofDisk: largestDisk)

    static func blocks(ofDisk bytes: UInt64) -> Int { Int((bytes + UInt64(block) - 1) / UInt64(block)) }
    static func regions(ofDisk bytes: UInt64) -> Int { Int((bytes + UInt64(region) - 1) / UInt64(region)) }

    /// The blocks of a region; the last one of a disk may be shorter.
    static func blocks(ofRegion index: Int, diskBytes: UInt64) -> Range<Int> {
        index * regionBlocks..<min((index + 1) * regionBlocks, blocks(ofDisk: diskBytes))
    }

    /// Height of the map of a disk: the least h ≥ 1 with 4 MiB · 256^h ≥ size.
    package static func mapHeight(ofDisk bytes: UInt64) -> Int {
        var height = 1
        var span = UInt64(leaf) * UInt64(nodeChildren)
        while span < bytes {
            height += 1
            let (wider, overflow) = span.multipliedReportingOverflow(by: UInt64(nodeChildren))
            if overflow { break }
            span = wider
        }
        return height
    }
}
