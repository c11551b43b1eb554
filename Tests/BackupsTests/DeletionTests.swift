import DebVisorCore
import Platform
import TestSupport
import Testing

@testable import Backups

@Suite struct DeletionTests {
    private func deletion(_ fixture: BackupFixture) -> Deletion {
        Deletion(fixture.repository, host: fixture.host, clock: fixture.clock)
    }

    @Test func `deleting the only backup frees every pack`() async throws {
        let fixture = try BackupFixture()
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [Disks.random(1, bytes: 8 << 20)]))
        let preview = try deletion(fixture).preview([snapshot])
        let freed = try deletion(fixture).run([snapshot])
        #expect(freed == preview)
        #expect(freed.packs == 2)
        #expect(try fixture.packs().isEmpty)
        for folder in ["index", "snapshots", "condemned", "leases", "tmp"] {
            #expect(try fixture.repository.directory.list(folder).isEmpty, "\(folder)")
        }
    }

    @Test func `what other backups need stays, and they restore`() async throws {
        let fixture = try BackupFixture()
        let shared = Disks.random(21, bytes: 6 << 20)
        let a = try await fixture.backUp(MemorySubject(name: "a", disks: [shared]))
        let b = try await fixture.backUp(MemorySubject(name: "b", disks: [shared + Disks.random(22, bytes: 6 << 20)]))
        let c = try await fixture.backUp(MemorySubject(name: "c", disks: [Disks.random(23, bytes: 2 << 20)]))
        let freed = try deletion(fixture).run([a, c])
        #expect(freed.packs >= 1)
        #expect(try fixture.repository.snapshots().snapshots.map(\.name) == ["b"])
        #expect(try fixture.restored(b) == shared + Disks.random(22, bytes: 6 << 20))
        #expect(try fixture.verify().isGood)
        // Chunks that went are not taken for known.
        let again = try await fixture.backUp(MemorySubject(name: "c", disks: [Disks.random(23, bytes: 2 << 20)]))
        #expect(again.disks[0].new_bytes > 0)
        #expect(try fixture.restored(again) == Disks.random(23, bytes: 2 << 20))
    }

    @Test func `a running backup keeps condemned packs until it ends`() async throws {
        let fixture = try BackupFixture()
        let old = Disks.random(31, bytes: 3 << 20)
        let a = try await fixture.backUp(MemorySubject(name: "a", disks: [old]))
        let subject = MemorySubject(
            name: "b", disks: [old],
            onOpen: {
                let freed = try self.deletion(fixture).run([a])
                #expect(freed.packs == 0)
                #expect(freed.laterBytes > 0)
            })
        let b = try await fixture.backUp(subject)
        #expect(try fixture.restored(b) == old)
        #expect(try fixture.verify().isGood)
        // The next deletion looks again: what b needs is held.
        let c = try await fixture.backUp(MemorySubject(name: "c", disks: [[1]]))
        _ = try deletion(fixture).run([c])
        #expect(try fixture.restored(b) == old)
        #expect(try fixture.verify().isGood)
    }

    @Test func `random histories keep every listed backup whole`() async throws {
        let fixture = try BackupFixture()
        var generator = SeededRandom(seed: 77)
        var alive: [(Snapshot, [UInt8])] = []
        var disk = Disks.random(50, bytes: 2 << 20)
        for _ in 0..<14 {
            if alive.count > 2, Bool.random(using: &generator) {
                let (victim, _) = alive.remove(at: Int(UInt64.random(in: 0..<UInt64(alive.count), using: &generator)))
                _ = try deletion(fixture).run([victim])
            } else {
                let start = Int(UInt64.random(in: 0..<400, using: &generator)) * 4096
                let patch = Disks.random(generator.next(), bytes: 100_000)
                disk.replaceSubrange(start..<start + patch.count, with: patch)
                alive.append((try await fixture.backUp(MemorySubject(name: "m", disks: [disk])), disk))
            }
            for (snapshot, content) in alive { #expect(try fixture.restored(snapshot) == content) }
        }
        #expect(try fixture.verify().isGood)
        #expect(try fixture.repository.snapshots().snapshots.count == alive.count)
    }
}
