import CSystem
import Cryptography
import DebVisorCore
import Platform
import TestSupport
import Testing

@testable import Backups

/// What runs that died, or hostile hands, leave in a repository, and what the next run makes of it.
@Suite struct LeftoverTests {
    private func backUp(_ fixture: BackupFixture, _ seed: UInt64 = 1) async throws -> Snapshot {
        try await fixture.backUp(MemorySubject(name: "m", disks: [Disks.random(seed, bytes: 1 << 20)]))
    }

    @Test func `segments that a merge left do not come back`() async throws {
        let fixture = try BackupFixture()
        let directory = fixture.repository.directory
        var first: [String: [UInt8]] = [:]
        for seed in 0..<4 {
            _ = try await backUp(fixture, UInt64(seed))
            // The last backup joins all eight.
            guard seed < 3 else { break }
            for name in try directory.list("index") {
                first[name] = try DurableFile.read(directory.path(of: "index/\(name)"))
            }
        }
        #expect(try directory.list("index").count == 1)
        // As if killed before the last unlink.
        let (old, content) = try unwrapped(first.first)
        try DurableFile.write(content, to: directory.path(of: "index/\(old)"), "test")
        let index = try ChunkIndex.load(fixture.repository)
        let left = try IndexSegment(try unwrapped(ObjectID(hex: old)), in: fixture.repository)
        // Another merge takes its successor away; it must go first.
        try SegmentMerge(fixture.repository).drop(Set(left.packs.map(\.id)), from: index)
        #expect(!Directory.exists(directory.path(of: "index/\(old)")))
        let packs = try ChunkIndex.load(fixture.repository).packs
        #expect(packs.count == 7 && left.packs.allSatisfy { packs[$0.id] == nil })
    }

    @Test func `backups keep their segments few`() async throws {
        let fixture = try BackupFixture()
        for seed in 0..<20 {
            _ = try await fixture.backUp(
                MemorySubject(name: "m", disks: [Disks.random(UInt64(seed), bytes: 100_000)]))
        }
        #expect(try fixture.repository.directory.list("index").count <= 10)
        #expect(try fixture.verify().isGood)
    }

    @Test func `readers and writers go on while segments are merged`() async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(70, bytes: 1 << 20)
        let first = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<3 {
                group.addTask {
                    for seed in 0..<12 {
                        let content = Disks.random(UInt64(1000 * writer + seed), bytes: 60000)
                        let snapshot = try await fixture.backUp(
                            MemorySubject(name: "w\(writer)", disks: [disk + content]))
                        #expect(try fixture.restored(snapshot) == disk + content)
                    }
                }
            }
            for _ in 0..<2 {
                group.addTask {
                    for _ in 0..<40 {
                        #expect(try fixture.restored(first) == disk)
                        try SegmentMerge(fixture.repository).tidy()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try fixture.verify().isGood)
        #expect(try fixture.repository.snapshots().snapshots.count == 37)
    }

    @Test func `a pack that makes no sense keeps nobody from working`() async throws {
        let fixture = try BackupFixture()
        _ = try await backUp(fixture)
        let name = fixture.repository.directory.packPath(.random())
        try Directory.create(try unwrapped(Directory.parent(of: name)), "test")
        try DurableFile.write([UInt8](repeating: 9, count: 5000), to: name, "test")
        _ = try await backUp(fixture, 2)
        _ = try Deletion(fixture.repository, host: fixture.host, clock: fixture.clock).run([])
        let result = try IndexRebuild(fixture.repository).run(host: fixture.host, clock: fixture.clock)
        #expect(result.unreadable == [name])
    }

    @Test func `a part with forged ids is not signed`() async throws {
        let fixture = try BackupFixture()
        _ = try await backUp(fixture)
        let directory = fixture.repository.directory
        let library = PackLibrary(fixture.repository)
        let pack = try unwrapped(directory.packs().first { try library.pack($0).header.packClass == .data })
        let item = try unwrapped(library.trailer(of: pack)).trailer.items[0]
        var bytes = try Array(DurableFile.read(directory.packPath(pack))[..<(item.offset + item.length)])
        bytes[item.offset + EntryHeader.length] ^= 1
        bytes.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress.map({ $0 + item.offset }), let header = EntryHeader(base) else { return }
            base.put(EntryHeader.checksum(base, members: header.members, sealedLength: header.sealedLength), 28)
        }
        try directory.remove(RepositoryDirectory.packName(pack), "test")
        try DurableFile.write(bytes, to: directory.path(of: "tmp/\(ObjectID.random())-\(pack).part"), "test")
        _ = try Salvage(repository: fixture.repository, host: fixture.host).run(own: .random())
        #expect(try !directory.packs().contains(pack))
        #expect(try directory.list("tmp").isEmpty)
    }

    @Test func `marks of ended leases go, and dead leases do not pass for living ones`() async throws {
        let fixture = try BackupFixture()
        let directory = fixture.repository.directory
        try directory.put([], as: "leases/\(ObjectID.random()).end", "test")
        do {
            let lease = try Lease.take(
                .write, vmUUIDs: ["v"], command: "", host: fixture.host, in: fixture.repository, clock: fixture.clock)
            #expect(try survey(fixture).alive.map(\.id) == [lease.id])
            withExtendedLifetime(lease) {}
        }
        #expect(try survey(fixture).alive.isEmpty)
        // Many looks at once: none may take another's look for the owner's lock.
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { try (0..<200).reduce(0) { sum, _ in sum + (try self.survey(fixture).alive.count) } }
            }
            for try await alive in group { #expect(alive == 0) }
        }
        _ = try await backUp(fixture)
        #expect(try directory.list("leases").isEmpty)
    }

    private func survey(_ fixture: BackupFixture) throws -> LeaseSurvey {
        try LeaseSurvey.take(in: fixture.repository, host: fixture.host, besides: nil)
    }

    @Test func `a key slot of another kind hides none that opens`() throws {
        let fixture = try BackupFixture(.open)
        let directory = fixture.repository.directory
        for name in ["0", "g", "zz"] { try directory.put(Array("{\"kind\":\"put\"}".utf8), as: "keys/\(name)", "test") }
        #expect(try Repository.open(at: directory.path, secret: .open).id == fixture.repository.id)
    }
}
