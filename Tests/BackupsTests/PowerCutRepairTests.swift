import DebVisorCore
import Foundation
import Platform
import Testing

@testable import Backups

/// Power cuts in what tidies and mends: merges of the index, salvage, quarantine.
extension PowerCutTests {
    @Test func `a merge of index segments`() async throws {
        let fixture = try BackupFixture()
        var kept: [Snapshot] = []
        for seed in 1...3 { kept.append(try await fixture.backUp(Self.subject("m\(seed)", UInt64(seed)))) }
        let before = try fixture.repository.directory.list("index")
        try await cut(fixture) {
            _ = try await fixture.backUp(Self.subject("m4", 4), workers: 1)
        } _: { after, isDone in
            try await self.goesOn(after, keeping: kept)
            for (seed, snapshot) in kept.enumerated() {
                #expect(try after.restored(snapshot) == Self.disk(UInt64(seed + 1)))
            }
        }
        let left = Set(try fixture.repository.directory.list("index"))
        #expect(before.allSatisfy { !left.contains($0) })
    }

    @Test func `a backup that saves what a dead one left`() async throws {
        let fixture = try BackupFixture()
        let first = try await fixture.backUp(Self.subject("a", 1))
        let disk = try PowerCutDisk(fixture.repository.directory.path)
        let dead = try await journal(below: fixture.directory) {
            _ = try await fixture.backUp(Self.subject("m", 2), workers: 1)
        }
        // Up to the first pack's sync: its last write is torn, and it has no trailer.
        let part = try #require(
            dead.compactMap { if case .rename(let old, let new) = $0, new.hasSuffix(".part") { old } else { nil } }
                .first)
        let end = try #require(dead.firstIndex { $0 == .sync(part) })
        for change in dead[..<end] { disk.apply(change) }
        let torn = try #require(disk.remains.last)
        let rerun = try fixture.copy { try torn.write(to: $0) }
        #expect(try rerun.repository.directory.list("tmp").contains { $0.hasSuffix(".part") })
        let before = try rerun.packs().count
        var done: Snapshot?
        try await cut(rerun) {
            done = try await rerun.backUp(Self.subject("m", 2), workers: 1)
        } _: { after, isDone in
            try await self.goesOn(after, keeping: [first] + (isDone ? [unwrapped(done)] : []))
            #expect(try after.restored(first) == Self.disk(1))
        }
        // The part, what it lacked, and the map; where the chunks end, and with it what was torn, is up to the key.
        let new = try rerun.packs().count - before
        #expect((2...4).contains(new), "\(new) packs")
    }

    /// A repository in which one pack has a bad place, and what it was before.
    private func damagedFixture() async throws -> (BackupFixture, Snapshot, pack: String, whole: [UInt8]) {
        let fixture = try BackupFixture()
        let snapshot = try await fixture.backUp(Self.subject("m", 1))
        let pack = try unwrapped(fixture.packs().max { try File($0, .read).size < File($1, .read).size })
        let whole = try DurableFile.read(pack)
        var bytes = whole
        bytes[bytes.count / 2] ^= 1
        try DurableFile.write(bytes, to: pack, "test")
        return (fixture, snapshot, pack, whole)
    }

    @Test func `a verification that finds damage`() async throws {
        let (fixture, first, _, _) = try await damagedFixture()
        try await cut(fixture) {
            _ = try fixture.verify()
        } _: { after, isDone in
            if isDone { #expect(try after.repository.directory.list("quarantine").count == 1) }
            try await self.heals(after, first)
        }
    }

    /// What is in quarantine, or will be, is stored anew, and both backups come back from it.
    private func heals(_ after: BackupFixture, _ first: Snapshot) async throws {
        #expect(try !after.verify().damagedPacks.isEmpty)
        let next = try await after.backUp(Self.subject("m", 1))
        #expect(try after.restored(next) == Self.disk(1))
        #expect(try after.restored(first) == Self.disk(1))
    }

    @Test func `a backup that heals damage`() async throws {
        let (fixture, first, _, _) = try await damagedFixture()
        #expect(try !fixture.verify().isGood)
        var healed: Snapshot?
        try await cut(fixture) {
            healed = try await fixture.backUp(Self.subject("m", 1), workers: 1)
        } _: { after, isDone in
            if isDone {
                #expect(try after.restored(unwrapped(healed)) == Self.disk(1))
                #expect(try after.restored(first) == Self.disk(1))
            }
            try await self.heals(after, first)
        }
        #expect(try unwrapped(healed).disks[0].new_bytes > 0)
    }

    @Test func `a verification that finds good what was in quarantine`() async throws {
        let (fixture, first, pack, whole) = try await damagedFixture()
        #expect(try !fixture.verify().isGood)
        try DurableFile.write(whole, to: pack, "test")
        try await cut(fixture) {
            _ = try fixture.verify()
        } _: { after, isDone in
            if isDone { #expect(try after.repository.directory.list("quarantine").isEmpty) }
            try await self.goesOn(after, keeping: [first])
            #expect(try after.repository.directory.list("quarantine").isEmpty)
        }
    }
}
