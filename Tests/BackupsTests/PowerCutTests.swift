import DebVisorCore
import Foundation
import Platform
import TestSupport
import Testing

@testable import Backups

/// The power goes at every sync of an operation, with every part of what was not synced lost or kept: what had been
/// reported done is there and whole, and the next run goes on.
///
/// The catalogue is left out: SQLite vouches for it (a log synced with every transaction), and it may be lost whole.
@Suite(.serialized) struct PowerCutTests {
    /// Reads and writes of one operation in its repository, in order.
    func journal(below root: String, _ operation: () async throws -> Void) async throws -> [DiskChange] {
        let changes = Locked([DiskChange]())
        // Other tests work at the same time, elsewhere.
        DiskStep.journal.withLock {
            $0 = { change in if change.isBelow(root) { changes.withLock { $0.append(change) } } }
        }
        defer { DiskStep.journal.withLock { $0 = nil } }
        try await operation()
        return changes.withLock { $0 }
    }

    /// Calls `check` with what each cut may leave, as an opened repository. - Returns: how many there were.
    @discardableResult
    func cut(
        _ fixture: BackupFixture, during operation: () async throws -> Void,
        _ check: (BackupFixture, _ isDone: Bool) async throws -> Void
    ) async throws -> Int {
        let disk = try PowerCutDisk(fixture.repository.directory.path)
        let changes = try await journal(below: fixture.directory, operation)
        var seen: Set<PowerCutDisk.Remains> = []
        func look(isDone: Bool) async throws {
            for remains in disk.remains where seen.insert(remains).inserted || isDone {
                let after = try fixture.copy { try remains.write(to: $0) }
                try await check(after, isDone)
            }
        }
        try await replay(changes, on: disk, look)
        return seen.count
    }

    /// Makes the changes one by one and looks before every sync and at the end.
    func replay(
        _ changes: [DiskChange], on disk: PowerCutDisk, _ look: (_ isDone: Bool) async throws -> Void
    ) async throws {
        for change in changes {
            switch change {
            case .sync, .dirsync: try await look(false)
            default: break
            }
            disk.apply(change)
        }
        try await look(true)
    }

    /// What must hold after any cut.
    func goesOn(_ after: BackupFixture, keeping kept: [Snapshot]) async throws {
        let (snapshots, damaged) = try after.repository.snapshots()
        #expect(damaged.isEmpty)
        for snapshot in kept { #expect(snapshots.contains { $0.backup_id == snapshot.backup_id }) }
        let result = try after.verify()
        #expect(result.isGood, "\(result.findings.flatMap(\.damages).map(\.reason)) \(result.damagedPacks)")
        let next = try await after.backUp(Self.subject("next", 77))
        #expect(try after.restored(next) == Self.disk(77))
        #expect(try after.verify().isGood)
        #expect(try Directory.names(in: after.repository.directory.path(of: "tmp")).allSatisfy { $0.hasSuffix(".new") })
    }

    static func disk(_ seed: UInt64) -> [UInt8] { Disks.random(seed, bytes: 600_000) }
    static func subject(_ name: String, _ seed: UInt64) -> MemorySubject {
        MemorySubject(name: name, disks: [disk(seed)])
    }

    @Test func `a first backup`() async throws {
        let fixture = try BackupFixture()
        let states = try await cut(fixture) {
            _ = try await fixture.backUp(Self.subject("m", 1), workers: 1)
        } _: { after, isDone in
            let made = try after.repository.snapshots().snapshots
            if isDone { #expect(made.count == 1) }
            try await self.goesOn(after, keeping: [])
        }
        #expect(states > 30)
    }

    @Test func `a second backup`() async throws {
        let fixture = try BackupFixture()
        let first = try await fixture.backUp(Self.subject("m", 1))
        try await cut(fixture) {
            var disk = Self.disk(1)
            disk.replaceSubrange(100_000..<200_000, with: Self.disk(2)[..<100_000])
            _ = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]), workers: 1)
        } _: { after, isDone in
            try await self.goesOn(after, keeping: [first])
            #expect(try after.restored(first) == Self.disk(1))
            if isDone { #expect(try after.repository.snapshots().snapshots.count == 3) }
        }
    }

    @Test func `a backup after one that was killed between a rename and its sync`() async throws {
        for label in ["pack", "index", "record"] {
            let fixture = try BackupFixture()
            let disk = try PowerCutDisk(fixture.repository.directory.path)
            // What the killed run did, up to the rename; its names are not durable, but others see them.
            let dead = try await journal(below: fixture.directory) {
                _ = try await fixture.backUp(Self.subject("m", 1), workers: 1)
            }
            let folder = ["pack": "/packs/", "index": "/index/", "record": "/snapshots/"][label] ?? ""
            let end = try #require(
                dead.firstIndex { if case .rename(_, let new) = $0 { new.contains(folder) } else { false } })
            for change in dead[...end] { disk.apply(change) }
            let seen = try #require(disk.remains.dropFirst().first)
            let rerun = try fixture.copy { try seen.write(to: $0) }
            var done: Snapshot?
            let changes = try await journal(below: rerun.directory) {
                done = try await rerun.backUp(Self.subject("m", 1), workers: 1)
            }
            for change in changes { disk.apply(change.moved(from: rerun, to: fixture)) }
            for remains in disk.remains {
                let after = try rerun.copy { try remains.write(to: $0) }
                try await goesOn(after, keeping: [try unwrapped(done)])
            }
        }
    }

    @Test func `a deletion`() async throws {
        let fixture = try BackupFixture()
        let (first, second) = (
            try await fixture.backUp(Self.subject("a", 1)), try await fixture.backUp(Self.subject("b", 2))
        )
        try await cut(fixture) {
            _ = try Deletion(fixture.repository, host: fixture.host, clock: fixture.clock).run([first])
        } _: { after, isDone in
            try await self.goesOn(after, keeping: [second])
            #expect(try after.restored(second) == Self.disk(2))
            if isDone {
                #expect(try !after.repository.snapshots().snapshots.contains { $0.backup_id == first.backup_id })
            }
        }
    }

    @Test func `a rebuild of the index`() async throws {
        let fixture = try BackupFixture()
        let first = try await fixture.backUp(Self.subject("a", 1))
        let second = try await fixture.backUp(Self.subject("b", 2))
        try await cut(fixture) {
            _ = try IndexRebuild(fixture.repository).run(host: fixture.host, clock: fixture.clock)
        } _: { after, _ in
            try await self.goesOn(after, keeping: [first, second])
            #expect(try after.restored(first) == Self.disk(1))
        }
    }

    @Test func `a restore leaves the old file or the new one`() async throws {
        let fixture = try BackupFixture()
        let snapshot = try await fixture.backUp(Self.subject("m", 1))
        let place = fixture.directory + "/out"
        try Directory.create(place, "test")
        let target = place + "/m-0.img"
        let old = [UInt8]("what was there".utf8)
        try DurableFile.write(old, to: target, "test")
        var request = RestoreRequest(snapshot)
        request.directory = place
        request.overwrite = true
        let plan = try RestorePlan(request)
        let disk = try PowerCutDisk(place)
        let changes = try await journal(below: place) {
            var options = Restore.Options()
            options.workers = 1
            options.host = fixture.host
            _ = try await Restore(fixture.repository, plan, images: FileImages(), options: options).run()
        }
        func look(isDone: Bool) {
            for remains in disk.remains {
                let content = remains.entries["m-0.img"].flatMap { $0 }
                #expect(content == Self.disk(1) || !isDone && content == old)
            }
        }
        try await replay(changes, on: disk, look)
    }

    /// The next listing reads the records again.
    @Test func `a catalogue that is lost costs a listing`() async throws {
        let fixture = try BackupFixture()
        let snapshot = try await fixture.backUp(Self.subject("m", 1))
        let other = try BackupFixture()
        #expect(try other.store.snapshots(of: fixture.repository).snapshots.map(\.backup_id) == [snapshot.backup_id])
    }
}
