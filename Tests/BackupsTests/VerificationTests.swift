import DebVisorCore
import Platform
import TestSupport
import Testing

@testable import Backups

@Suite struct VerificationTests {
    @Test func `what a deletion unlinks meanwhile is no damage`() async throws {
        let fixture = try BackupFixture()
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [Disks.random(1, bytes: 1 << 20)]))
        let repository = fixture.repository
        try repository.directory.remove(snapshot.objectName, "test")
        let packs = try repository.directory.packs()
        try repository.put(
            Condemned(packs: packs.map(\.description)), as: .condemned,
            named: "condemned/0123456789ab-\(ObjectID.random())",
            "test")
        var options = Verification.Options()
        options.readsData = true
        // The packs were seen, and are about to be read.
        options.started = { _ in
            for pack in packs { _ = try? repository.directory.remove(RepositoryDirectory.packName(pack), "test") }
        }
        let result = try Verification(repository, host: fixture.host, clock: fixture.clock, options: options).run(nil)
        #expect(result.readPacks == packs.count && !packs.isEmpty)
        #expect(result.isGood)
        #expect(try repository.directory.list("quarantine").isEmpty)
    }

    @Test func `what is whole verifies`() async throws {
        let fixture = try BackupFixture()
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [Disks.random(1, bytes: 8 << 20)]))
        let result = try fixture.verify()
        #expect(result.isGood)
        #expect(result.readPacks == 2)
        #expect(result.findings.count == 1)
    }

    @Test(arguments: 0..<24)
    func `a flipped byte anywhere in a pack is found, and what is not hit restores`(number: Int) async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(11, bytes: 6 << 20)
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        let packs = try fixture.packs()
        var generator = SeededRandom(seed: UInt64(number))
        let path = packs[number % packs.count]
        var bytes = try DurableFile.read(path, limit: 1 << 30)
        // Zeros between entries and before the footer carry nothing; every other byte counts.
        var place = Int.random(in: bytes.indices, using: &generator)
        while bytes[place] == 0 { place = (place + 1) % bytes.count }
        bytes[place] ^= 0x41
        try DurableFile.write(bytes, to: path, "test")
        let result = try fixture.verify()
        #expect(!result.isGood, "byte \(place) of \(path)")
        do {
            let restored = try fixture.restored(snapshot)
            #expect(restored == disk, "a wrong byte was given back")
        } catch {
            #expect(result.findings.contains { !$0.damages.isEmpty } || !result.damagedPacks.isEmpty)
        }
    }

    @Test func `damage is told in bytes of the disk`() async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(12, bytes: 8 << 20)
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        let index = try ChunkIndex.load(fixture.repository)
        let reader = MapReader(fetcher: try ChunkFetcher(PackLibrary(fixture.repository), index))
        var chunk: (start: Int, length: Int, id: ObjectID)?
        try reader.forEachLeaf(root: unwrapped(snapshot.disks[0].rootID), height: unwrapped(snapshot.disks[0].height)) {
            span, page in
            guard chunk == nil, let first = try reader.leaf(page).chunks.first else { return }
            chunk = (span * Geometry.leaf + first.start * Geometry.block, first.blocks * Geometry.block, first.id)
        }
        let hit = try unwrapped(chunk)
        let place = try unwrapped(index.places(of: hit.id).first)
        let path = fixture.repository.directory.packPath(place.pack)
        var bytes = try DurableFile.read(path, limit: 1 << 30)
        bytes[place.offset + place.length - 40] ^= 1
        try DurableFile.write(bytes, to: path, "test")
        let damages = try fixture.verify().findings[0].damages
        #expect(damages.contains { $0.part == "vda" && $0.range?.contains(UInt64(hit.start)) == true })
        // Without reading the data it cannot be seen.
        #expect(try fixture.verify(readsData: false).isGood)
    }

    @Test func `a truncated or missing pack is found without reading data`() async throws {
        for cut in [true, false] {
            let fixture = try BackupFixture()
            _ = try await fixture.backUp(MemorySubject(name: "m", disks: [Disks.random(13, bytes: 4 << 20)]))
            // The data: a small pack of pages may be whole in what is left.
            let path = try unwrapped(fixture.packs().max { try File($0, .read).size < File($1, .read).size })
            if cut { try File(path, .readWrite).truncate(to: 8192, "test") } else { try Directory.remove(path, "test") }
            let result = try fixture.verify(readsData: false)
            #expect(result.findings.allSatisfy { !$0.damages.isEmpty })
            #expect(result.damagedPacks.map(\.path) == [path])
        }
    }

    @Test func `the next backup heals a pack that is gone`() async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(14, bytes: 4 << 20)
        let first = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        for path in try fixture.packs() { try Directory.remove(path, "test") }
        let second = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        #expect(second.disks[0].new_bytes > 0)
        #expect(try fixture.restored(second) == disk)
        #expect(try fixture.restored(first) == disk)
    }

    @Test func `a damaged record is named and does not hide the others`() async throws {
        let fixture = try BackupFixture()
        _ = try await fixture.backUp(MemorySubject(name: "a", disks: [Disks.random(1, bytes: 8192)]))
        let bad = try await fixture.backUp(MemorySubject(name: "b", disks: [Disks.random(2, bytes: 8192)]))
        let path = fixture.repository.directory.path(of: bad.objectName)
        var bytes = try DurableFile.read(path)
        bytes[bytes.count - 3] ^= 1
        try DurableFile.write(bytes, to: path, "test")
        let result = try fixture.verify()
        #expect(result.damagedRecords == [bad.objectName])
        #expect(result.findings.map(\.snapshot.name) == ["a"])
        // Nothing may be deleted while nobody knows what the record needs.
        let deletion = Deletion(fixture.repository, host: fixture.host, clock: fixture.clock)
        #expect { _ = try deletion.run([result.findings[0].snapshot]) } throws: { ($0 as? Fault)?.kind == .attention }
        #expect(try fixture.repository.snapshots().snapshots.map(\.name) == ["a"])
    }

    @Test func `a subset reads what was read longest ago`() async throws {
        let fixture = try BackupFixture()
        for number in 0..<4 {
            _ = try await fixture.backUp(
                MemorySubject(name: "m\(number)", disks: [Disks.random(UInt64(40 + number), bytes: 1 << 20)]))
        }
        let all = try fixture.packs().count
        var seen = 0
        for _ in 0..<4 {
            var options = Verification.Options()
            options.readsData = true
            options.subset = 0.25
            seen += try Verification(fixture.repository, host: fixture.host, clock: fixture.clock, options: options)
                .run(nil).readPacks
        }
        #expect(seen == all)
        let receipts = try fixture.repository.objects(Verified.self, in: "verified", as: .verified)
        #expect(Set(receipts.flatMap(\.content.packs)).count == all)
        // One reading of everything makes the older receipts useless.
        #expect(try fixture.verify().isGood)
        #expect(try fixture.repository.directory.list("verified").count == 1)
    }
}
