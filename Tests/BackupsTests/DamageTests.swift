import DebVisorCore
import Platform
import TestSupport
import Testing

@testable import Backups

/// What a check says of damage: which backups share it, which one is whole instead.
@Suite struct DamageTests {
    private func flip(_ path: String, at place: Int) throws {
        let file = try File(path, .readWrite)
        var bytes = try file.bytes(at: place, count: 1)
        bytes[0] ^= 1
        try bytes.withUnsafeBytes { try file.write($0, at: place, "test") }
    }

    private func damage(_ id: ObjectID, _ fixture: BackupFixture) throws {
        for place in try ChunkIndex.load(fixture.repository).places(of: id) {
            try flip(fixture.repository.directory.packPath(place.pack), at: place.offset + place.length - 40)
        }
    }

    private func leaves(_ snapshot: Snapshot, _ fixture: BackupFixture) throws -> [(number: Int, id: ObjectID)] {
        var leaves: [(Int, ObjectID)] = []
        let reader = MapReader(
            fetcher: try ChunkFetcher(PackLibrary(fixture.repository), ChunkIndex.load(fixture.repository)))
        try reader.forEachLeaf(root: unwrapped(snapshot.disks[0].rootID), height: unwrapped(snapshot.disks[0].height)) {
            leaves.append(($0, $1))
        }
        return leaves
    }

    /// The chunk of a disk at a byte.
    private func chunk(at byte: Int, of snapshot: Snapshot, _ fixture: BackupFixture) throws -> ObjectID {
        let reader = MapReader(
            fetcher: try ChunkFetcher(PackLibrary(fixture.repository), ChunkIndex.load(fixture.repository)))
        let leaf = try unwrapped(leaves(snapshot, fixture).first { $0.number == byte / Geometry.leaf })
        let block = byte % Geometry.leaf / Geometry.block
        return try unwrapped(
            reader.leaf(leaf.id).chunks.first { $0.start <= block && block < $0.start + $0.blocks }?.id)
    }

    private func random(_ seed: UInt64, _ count: Int) -> [UInt8] {
        var generator = SeededRandom(seed: seed)
        return generator.bytes(count)
    }

    @Test func `a loss names who shares it and the nearest clean backup of the machine`() async throws {
        let fixture = try BackupFixture()
        let (old, common) = (random(1, 1 << 20), random(2, 1 << 20))
        // web1: one before the common content came, two with it; db1 has it too, elsewhere; web1 again without it.
        let before = try await fixture.backUp(MemorySubject(name: "web1", vmUUID: "w", disks: [old]))
        let first = try await fixture.backUp(MemorySubject(name: "web1", vmUUID: "w", disks: [common + old]))
        let second = try await fixture.backUp(MemorySubject(name: "web1", vmUUID: "w", disks: [common + old]))
        let other = try await fixture.backUp(MemorySubject(name: "db1", vmUUID: "d", disks: [old + common]))
        let after = try await fixture.backUp(MemorySubject(name: "web1", vmUUID: "w", disks: [old]))
        try damage(try chunk(at: 512 << 10, of: first, fixture), fixture)

        let result = try fixture.verify()
        let findings = Dictionary(uniqueKeysWithValues: result.findings.map { ($0.snapshot.backup_id, $0) })
        #expect(findings[before.backup_id]?.damages == [])
        #expect(findings[after.backup_id]?.damages == [])
        let loss = try unwrapped(findings[first.backup_id]?.damages.first)
        #expect(loss.part == "vda" && loss.range?.contains(512 << 10) == true)
        #expect(loss.sharedBy == [second.reference, other.reference])
        #expect(findings[second.backup_id]?.damages.first?.sharedBy == [first.reference, other.reference])
        // The same bytes lie a MiB later there.
        let elsewhere = try unwrapped(findings[other.backup_id]?.damages.first)
        #expect(elsewhere.range?.contains((1 << 20) + (512 << 10)) == true)
        #expect(elsewhere.sharedBy == [first.reference, second.reference])
        // `first` follows `before` at once; `after` is the nearest of the second one only if older ones are further.
        #expect(findings[first.backup_id]?.cleanBackup?.backup_id == before.backup_id)
        let distance = { (snapshot: Snapshot) in abs(snapshot.time - second.time) }
        let nearest = distance(before) <= distance(after) ? before : after
        #expect(findings[second.backup_id]?.cleanBackup?.backup_id == nearest.backup_id)
        // No other machine's backup will do.
        #expect(findings[other.backup_id]?.cleanBackup == nil)
        #expect(findings[before.backup_id]?.cleanBackup == nil)
    }

    @Test func `asked for one backup it still looks who shares the loss`() async throws {
        let fixture = try BackupFixture()
        let disk = random(3, 1 << 20)
        let first = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        let second = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        try damage(try chunk(at: 0, of: first, fixture), fixture)
        var options = Verification.Options()
        options.readsData = true
        let result = try Verification(fixture.repository, host: fixture.host, clock: fixture.clock, options: options)
            .run([first.backup_id])
        #expect(result.findings.count == 1)
        #expect(result.findings[0].damages.allSatisfy { $0.sharedBy == [second.reference] })
        #expect(result.findings[0].cleanBackup == nil)
    }

    @Test func `a lost page of the map costs what lies below it`() async throws {
        let fixture = try BackupFixture()
        let disk = random(4, 9 << 20)
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        try damage(try leaves(snapshot, fixture)[1].id, fixture)
        let result = try fixture.verify()
        // Small pages lie in one frame, so all of them are hit; each is named with its own span, joined.
        let ranges = try unwrapped(result.findings.first).damages.compactMap(\.range)
        #expect(ranges.contains { $0.contains(5 << 20) })
        #expect(ranges.allSatisfy { $0.upperBound <= UInt64(disk.count) })
        let (content, holes) = try fixture.restoredWithHoles(snapshot)
        #expect(holes == ranges)
        #expect(content.count == disk.count)
    }

    @Test func `a lost root of the map is the whole disk, and the rest is given back`() async throws {
        let fixture = try BackupFixture()
        let (lost, kept) = (random(5, 3 << 20), random(6, 3 << 20))
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [lost, kept]))
        let root = try unwrapped(snapshot.disks[0].rootID)
        // Of one root alone: the other's frame stays.
        let index = try ChunkIndex.load(fixture.repository)
        let place = try unwrapped(index.places(of: root).first)
        let shared = try index.places(of: unwrapped(snapshot.disks[1].rootID)).contains {
            $0.pack == place.pack && $0.offset == place.offset
        }
        try damage(root, fixture)
        let findings = try fixture.verify().findings
        #expect(findings[0].damages.first { $0.part == "vda" }?.range == 0..<(3 << 20))
        #expect(findings[0].damages.contains { $0.part == "vdb" } == shared)
        let (content, holes) = try fixture.restoredWithHoles(snapshot)
        #expect(holes == [0..<(3 << 20)])
        #expect(Disks.isZero(content[...]))
    }

    @Test func `a damaged index loses nothing: packs are read instead`() async throws {
        let fixture = try BackupFixture()
        let disks = [random(7, 1 << 20), random(8, 1 << 20)]
        let first = try await fixture.backUp(MemorySubject(name: "a", disks: [disks[0]]))
        _ = try await fixture.backUp(MemorySubject(name: "b", disks: [disks[1]]))
        let names = try fixture.repository.directory.list("index")
        let path = fixture.repository.directory.path(of: "index/\(names[0])")
        try flip(path, at: File(path, .read).size / 2)
        let result = try fixture.verify()
        #expect(!result.isGood)
        #expect(result.damagedSegments == [path])
        #expect(result.findings.count == 2 && result.findings.allSatisfy(\.damages.isEmpty))
        #expect(try fixture.restoredWithHoles(first).content == disks[0])
        #expect(try fixture.repository.directory.list("tmp").isEmpty)
        _ = try IndexRebuild(fixture.repository).run(host: fixture.host, clock: fixture.clock)
        #expect(try fixture.verify().isGood)
        #expect(try fixture.restored(first) == disks[0])
    }

    @Test func `a pack with a damaged trailer is read by the index, and is news only once`() async throws {
        let fixture = try BackupFixture()
        let disk = random(9, 1 << 20)
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        let path = try unwrapped(fixture.packs().max { try File($0, .read).size < File($1, .read).size })
        try flip(path, at: try File(path, .read).size - 10)
        let result = try fixture.verify()
        #expect(!result.isGood)
        #expect(result.damagedPacks.map(\.state) == [.new])
        #expect(result.findings[0].damages.isEmpty)
        #expect(try fixture.restored(snapshot) == disk)
        let again = try fixture.verify()
        #expect(again.isGood)
        #expect(again.damagedPacks.map(\.state) == [.known])
    }

    @Test func `what was healed is no news, and its pack still named`() async throws {
        let fixture = try BackupFixture()
        let disk = random(10, 1 << 20)
        let first = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        try damage(try chunk(at: 0, of: first, fixture), fixture)
        #expect(try !fixture.verify().isGood)
        #expect(try !fixture.verify().isGood)
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        let healed = try fixture.verify()
        #expect(healed.isGood)
        #expect(healed.damagedPacks.map(\.state) == [.known])
    }
}
