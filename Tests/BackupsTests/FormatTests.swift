import DebVisorCore
import TestSupport
import Testing

@testable import Backups

@Suite struct FormatTests {
    @Test(arguments: 0..<200)
    func `a map leaf reads as it was written`(seed: UInt64) throws {
        var generator = SeededRandom(seed: seed)
        var chunks: [MapLeaf.Chunk] = []
        var block = Int(UInt64.random(in: 0..<64, using: &generator))
        while block < Geometry.leafBlocks {
            let blocks = Int(UInt64.random(in: 1...64, using: &generator))
            chunks.append(
                .init(start: block, blocks: blocks, id: ObjectID(high: generator.next(), low: generator.next())))
            block += blocks + (Bool.random(using: &generator) ? 0 : Int(UInt64.random(in: 1..<200, using: &generator)))
        }
        let leaf = MapLeaf(chunks: chunks)
        let page = try unwrapped(leaf.page)
        #expect(MapLeaf(page: page) == leaf)
        // A page that was cut or grew makes no sense.
        #expect(MapLeaf(page: Array(page.dropLast())) == nil)
        #expect(MapLeaf(page: page + [0]) == nil)
    }

    @Test func `random bytes never crash a parser`() {
        var generator = SeededRandom(seed: 5)
        for _ in 0..<2000 {
            let count = Int(UInt64.random(in: 0..<300, using: &generator))
            let bytes = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            if let leaf = MapLeaf(page: bytes) { #expect(leaf.chunks.count <= count) }
            #expect(PackHeader(bytes) == nil)
            #expect(PackTrailer.location(footer: bytes, packSize: 1000) == nil)
        }
    }

    @Test func `a map is as high as its disk needs`() {
        let gib: UInt64 = 1 << 30
        let heights: [(bytes: UInt64, height: Int)] = [
            (1, 1), (gib, 1), (gib + 1, 2), (256 * gib, 2), (256 * gib + 1, 3), (65536 * gib, 3),
        ]
        for (bytes, height) in heights { #expect(Geometry.mapHeight(ofDisk: bytes) == height) }
    }

    @Test func `a Bloom filter never denies what it holds`() {
        var generator = SeededRandom(seed: 9)
        let ids = (0..<5000).map { _ in ObjectID(high: generator.next(), low: generator.next()) }
        var filter = BloomFilter(keys: ids.count)
        for id in ids { filter.insert(id) }
        #expect(ids.allSatisfy(filter.mayContain))
        let strangers = (0..<10000).filter { _ in
            filter.mayContain(ObjectID(high: generator.next(), low: generator.next()))
        }
        // 12 bits a key: about 0.4 % in theory.
        #expect(strangers.count < 150)
    }

    @Test func `a sealed object opens only under its own name and class`() throws {
        let keys = try KeyBundle.generate(formatDigest: [UInt8](repeating: 0, count: 32))
        let id = ObjectID.random()
        let sealed = try SealedObject.seal([1, 2, 3], as: .snapshot, named: "snapshots/a", with: keys, in: id)
        #expect(try SealedObject.open(sealed, as: .snapshot, named: "snapshots/a", with: keys, in: id) == [1, 2, 3])
        #expect(throws: Fault.self) {
            try SealedObject.open(sealed, as: .snapshot, named: "snapshots/b", with: keys, in: id)
        }
        #expect(throws: Fault.self) {
            try SealedObject.open(sealed, as: .lease, named: "snapshots/a", with: keys, in: id)
        }
        for index in sealed.indices {
            var altered = sealed
            altered[index] ^= 4
            #expect(throws: Fault.self) {
                try SealedObject.open(altered, as: .snapshot, named: "snapshots/a", with: keys, in: id)
            }
        }
    }

    @Test func `chunks keep to their sizes`() throws {
        let scanner = try BlockScanner(cutKey: [UInt8](repeating: 3, count: 32))
        let disk = AlignedBuffer(16 << 20)
        var generator = SeededRandom(seed: 2)
        for offset in stride(from: 0, to: disk.capacity, by: 8) {
            disk.base.storeBytes(of: generator.next(), toByteOffset: offset, as: UInt64.self)
        }
        var lengths: [Int] = []
        var blocks = 0
        for offset in stride(from: 0, to: disk.capacity, by: Geometry.block) {
            blocks += 1
            if BlockScanner.ends(after: blocks, scanner.scan(disk.base + offset)) {
                lengths.append(blocks)
                blocks = 0
            }
        }
        #expect(lengths.allSatisfy { (Geometry.minimumBlocks...Geometry.chunkBlocks).contains($0) })
        let mean = Double(lengths.reduce(0, +)) / Double(lengths.count)
        // Three blocks, then one in twelve: a mean of about fourteen.
        #expect((11.0...17.0).contains(mean))
    }
}
