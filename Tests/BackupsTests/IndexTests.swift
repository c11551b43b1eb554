import DebVisorCore
import Platform
import TestSupport
import Testing

@testable import Backups

@Suite struct IndexTests {
    private func places(_ fixture: BackupFixture, _ ids: [ObjectID]) throws -> [Set<ChunkPlace>] {
        let index = try ChunkIndex.load(fixture.repository)
        return try ids.map { Set(try index.places(of: $0)) }
    }

    private func allIDs(_ fixture: BackupFixture) throws -> [ObjectID] {
        let library = PackLibrary(fixture.repository)
        return try fixture.repository.directory.packs().flatMap { pack in
            try unwrapped(library.trailer(of: pack)).trailer.items.flatMap(\.ids)
        }
    }

    private func fill(_ fixture: BackupFixture) async throws {
        for number in 0..<10 {
            _ = try await fixture.backUp(
                MemorySubject(name: "m\(number)", disks: [Disks.random(UInt64(60 + number), bytes: 700_000)]))
        }
    }

    @Test func `an index rebuilt from the packs alone answers alike`() async throws {
        let fixture = try BackupFixture()
        try await fill(fixture)
        let ids = try allIDs(fixture)
        let before = try places(fixture, ids)
        for name in try fixture.repository.directory.list("index") {
            try fixture.repository.directory.remove("index/\(name)", "test")
        }
        #expect(try places(fixture, ids).allSatisfy(\.isEmpty))
        let result = try IndexRebuild(fixture.repository).run(host: fixture.host, clock: fixture.clock)
        #expect(result.chunks == ids.count)
        #expect(try places(fixture, ids) == before)
        #expect(try fixture.verify().isGood)
    }

    @Test func `a pack without its trailer is indexed entry by entry`() async throws {
        let fixture = try BackupFixture()
        try await fill(fixture)
        let ids = try allIDs(fixture)
        let before = try places(fixture, ids)
        let path = try unwrapped(fixture.packs().first)
        var bytes = try DurableFile.read(path, limit: 1 << 30)
        bytes[bytes.count - 60] ^= 1
        try DurableFile.write(bytes, to: path, "test")
        let result = try IndexRebuild(fixture.repository).run(host: fixture.host, clock: fixture.clock)
        #expect(result.scannedPacks == 1)
        #expect(try places(fixture, ids) == before)
    }

    @Test func `merging segments loses and changes nothing`() async throws {
        let fixture = try BackupFixture()
        try await fill(fixture)
        let ids = try allIDs(fixture)
        let before = try places(fixture, ids)
        // Backups merge by themselves: one segment for each pack again.
        let old = try fixture.repository.directory.list("index")
        let library = PackLibrary(fixture.repository)
        for pack in try fixture.repository.directory.packs() {
            let (trailer, size) = try unwrapped(library.trailer(of: pack))
            let packClass = try library.pack(pack).header.packClass
            _ = try IndexSegmentWriter.write(
                [SealedPack(id: pack, packClass: packClass, size: size, items: trailer.items)], in: fixture.repository)
        }
        for name in old { try fixture.repository.directory.remove("index/\(name)", "test") }
        let segments = try fixture.repository.directory.list("index").count
        #expect(segments == 20)
        try SegmentMerge(fixture.repository).tidy()
        #expect(try fixture.repository.directory.list("index").count < segments)
        #expect(try places(fixture, ids) == before)
        let merged = try ChunkIndex.load(fixture.repository)
        for _ in 0..<1000 { #expect(try merged.pack(of: .random()) == nil) }
    }

    @Test func `a damaged segment is refused, not believed`() async throws {
        let fixture = try BackupFixture()
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [Disks.random(1, bytes: 1 << 20)]))
        let name = try unwrapped(fixture.repository.directory.list("index").first)
        let path = fixture.repository.directory.path(of: "index/\(name)")
        var bytes = try DurableFile.read(path)
        bytes[200] ^= 1
        try DurableFile.write(bytes, to: path, "test")
        #expect { _ = try ChunkIndex.load(fixture.repository) } throws: { ($0 as? Fault)?.kind == .attention }
    }
}
