import DebVisorCore
import Platform
import TestSupport
import Testing

@testable import Backups

/// What happens between the steps of a deletion, and to packs that are condemned but needed.
@Suite struct DeletionProtocolTests {
    private func deletion(_ fixture: BackupFixture, _ clock: (any WallClock)? = nil) -> Deletion {
        Deletion(fixture.repository, host: fixture.host, clock: clock ?? fixture.clock)
    }

    /// A backup that relies on packs which were condemned while it ran.
    private func backupOnCondemnedPacks(_ fixture: BackupFixture, _ disk: [UInt8]) async throws -> Snapshot {
        let old = try await fixture.backUp(MemorySubject(name: "old", disks: [disk]))
        let deletion = deletion(fixture)
        return try await fixture.backUp(
            MemorySubject(name: "held", disks: [disk], onOpen: { _ = try deletion.run([old]) }))
    }

    @Test func `a run that begins before the tombstone is there loses nothing`() async throws {
        let fixture = try BackupFixture()
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [Disks.random(3, bytes: 2 << 20)]))
        let packs = try fixture.packs().count
        let lease = Locked(Lease?.none)
        // A deletion looks at the clock for its lease, then for its tombstone.
        let clock = HookedClock(fixture.clock, at: 2) {
            let taken = try? Lease.take(
                .write, vmUUIDs: [], command: "", host: fixture.host, in: fixture.repository, clock: fixture.clock)
            lease.withLock { $0 = taken }
        }
        let freed = try deletion(fixture, clock).run([snapshot])
        #expect(lease.withLock { $0 != nil })
        #expect(freed.packs == 0)
        #expect(try fixture.packs().count == packs)
        try lease.withLock { try $0?.release() }
        _ = try deletion(fixture).run([])
        #expect(try fixture.packs().isEmpty)
        #expect(try fixture.repository.directory.list("condemned").isEmpty)
    }

    /// `network` is told to the deletion: no file system here is one.
    @Test func `on a network file system other hosts' backups stand in the way unless somebody vouches`() async throws {
        let fixture = try BackupFixture()
        func deletion(isExclusive: Bool = false) -> Deletion {
            Deletion(
                fixture.repository, host: fixture.host, clock: fixture.clock, isExclusive: isExclusive,
                network: { _ in "nfs" })
        }
        let own = try await fixture.backUp(MemorySubject(name: "a", disks: [Disks.random(1, bytes: 1 << 20)]))
        // Alone on it, it may delete.
        try deletion().checkHosts()
        var options = BackupCreation.Options(writer: "test")
        options.workers = 1
        let elsewhere = HostIdentity(id: "other", bootID: "x", name: "web2", processID: 7)
        let other = try await BackupCreation(
            fixture.repository, fixture.store, host: elsewhere, clock: fixture.clock, options: options
        ).run(MemorySubject(name: "b", disks: [Disks.random(2, bytes: 1 << 20)])).snapshot
        #expect {
            _ = try deletion().run([own])
        } throws: { error in
            let fault = error as? Fault
            return fault?.kind == .conflict && fault?.message.contains("(nfs), and 'web2' uses it too") == true
        }
        #expect(try fixture.repository.snapshots().snapshots.count == 2)
        // On a disk of this host nothing comes late.
        try Deletion(fixture.repository, host: fixture.host, clock: fixture.clock, network: { _ in nil }).checkHosts()
        _ = try deletion(isExclusive: true).run([own])
        #expect(try fixture.repository.snapshots().snapshots.map(\.backup_id) == [other.backup_id])
        #expect(try fixture.restored(other) == Disks.random(2, bytes: 1 << 20))
    }

    @Test func `a file system of this host is no network`() throws {
        #expect(try FileSystem.network(at: "/proc") == nil)
        #expect(throws: Fault.self) { try FileSystem.network(at: "/nonexistent") }
    }

    @Test func `merging keeps condemned packs that a record needs`() async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(4, bytes: 2 << 20)
        let held = try await backupOnCondemnedPacks(fixture, disk)
        for number in 0..<9 {
            _ = try await fixture.backUp(
                MemorySubject(name: "m\(number)", disks: [Disks.random(UInt64(100 + number), bytes: 50000)]))
        }
        try SegmentMerge(fixture.repository).tidy()
        #expect(try fixture.restored(held) == disk)
    }

    @Test func `a rebuilt index keeps condemned packs that a record needs`() async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(5, bytes: 2 << 20)
        let held = try await backupOnCondemnedPacks(fixture, disk)
        _ = try IndexRebuild(fixture.repository).run(host: fixture.host, clock: fixture.clock)
        #expect(try fixture.restored(held) == disk)
    }

    @Test func `a condemned pack goes once its chunks have another copy`() async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(6, bytes: 2 << 20)
        let held = try await backupOnCondemnedPacks(fixture, disk)
        _ = try deletion(fixture).run([])
        #expect(try fixture.restored(held) == disk)
        // Condemned chunks are stored anew, and then the old copy is superfluous.
        let again = try await fixture.backUp(MemorySubject(name: "again", disks: [disk]))
        #expect(again.disks[0].new_bytes > 0)
        _ = try deletion(fixture).run([])
        #expect(try fixture.repository.directory.list("condemned").isEmpty)
        #expect(try fixture.restored(held) == disk)
        #expect(try fixture.restored(again) == disk)
        #expect(try fixture.verify().isGood)
    }

    @Test func `a verification after a deletion that was cut short finds nothing wrong`() async throws {
        let fixture = try BackupFixture()
        let held = try await fixture.backUp(MemorySubject(name: "m", disks: [Disks.random(7, bytes: 1 << 20)]))
        let old = try await fixture.backUp(MemorySubject(name: "n", disks: [Disks.random(8, bytes: 1 << 20)]))
        let before = Set(try fixture.repository.directory.packs())
        _ = try await fixture.backUp(
            MemorySubject(name: "o", disks: [[1]], onOpen: { _ = try self.deletion(fixture).run([old]) }))
        let doomed = try fixture.repository.condemned().flatMap(\.packs)
        #expect(!doomed.isEmpty && before.isSuperset(of: doomed))
        // As if killed after the first unlink.
        try fixture.repository.directory.remove(RepositoryDirectory.packName(try unwrapped(doomed.first)), "test")
        #expect(try fixture.verify().isGood)
        _ = try deletion(fixture).run([])
        #expect(try fixture.repository.directory.list("condemned").isEmpty)
        #expect(try fixture.verify().isGood)
        #expect(try fixture.restored(held) == Disks.random(7, bytes: 1 << 20))
    }

    @Test func `a copy in a pack that is gone saves no condemned one`() async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(9, bytes: 1 << 20)
        let held = try await backupOnCondemnedPacks(fixture, disk)
        let condemned = Set(try fixture.repository.condemned().flatMap(\.packs))
        _ = try await fixture.backUp(MemorySubject(name: "again", disks: [disk]))
        for pack in try fixture.repository.directory.packs() where !condemned.contains(pack) {
            try fixture.repository.directory.remove(RepositoryDirectory.packName(pack), "test")
        }
        _ = try deletion(fixture).run([])
        #expect(try fixture.restored(held) == disk)
    }

    @Test func `a full disk's reserve is freed, and taken again`() throws {
        let fixture = try BackupFixture()
        let reserve = Reserve(directory: fixture.repository.directory)
        let path = fixture.repository.directory.path(of: "reserve")
        try reserve.release(whenFree: UInt64(Reserve.bytes))
        #expect(Directory.exists(path))
        try reserve.release(whenFree: UInt64(Reserve.bytes) - 1)
        #expect(!Directory.exists(path))
        _ = try deletion(fixture).run([])
        #expect(try File(path, .read).size == Reserve.bytes)
    }

    @Test func `without the folder of records nothing is deleted`() async throws {
        let fixture = try BackupFixture()
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [Disks.random(1, bytes: 1 << 20)]))
        let packs = try fixture.packs()
        let folder = fixture.repository.directory.path(of: "snapshots")
        try Directory.rename(folder, to: folder + ".away", "test")
        #expect { _ = try self.deletion(fixture).run([]) } throws: { ($0 as? Fault)?.kind == .attention }
        #expect(try fixture.packs() == packs)
    }
}

/// Another clock that does something at one of the looks at it.
final class HookedClock: WallClock {
    private let clock: any WallClock
    private let number: Int
    private let looks = Locked(0)
    private let body: @Sendable () -> Void

    init(_ clock: any WallClock, at number: Int, _ body: @escaping @Sendable () -> Void) {
        self.clock = clock
        self.number = number
        self.body = body
    }

    func now() -> Timestamp {
        let look = looks.withLock { looks in
            looks += 1
            return looks
        }
        if look == number { body() }
        return clock.now()
    }
}
