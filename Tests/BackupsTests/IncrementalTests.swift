import DebVisorCore
import Glibc
import Hypervisor
import Platform
import TestSupport
import Testing

@testable import Backups

@Suite struct IncrementalTests {
    @Test(arguments: getenv("SOAK") == nil ? [1, 2, 3, 6] : Array(1...48 as ClosedRange<UInt64>))
    func `reading what changed gives the map that reading all of it gives`(seed: UInt64) async throws {
        var generator = SeededRandom(seed: seed)
        let size = seed % 6 == 0 ? 70 << 20 : 3 << 20 + Int.random(in: 0..<4 << 20, using: &generator)
        let fixture = try BackupFixture()
        var disk = Disks.random(seed, bytes: size)
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        for round in 1...6 {
            let changed = Edits.apply(to: &disk, &generator)
            let snapshot = try await fixture.create().run(ChangingSubject(disk: disk, changed: changed)).snapshot
            #expect(snapshot.mode == "incremental")
            #expect(snapshot.disks[0].changed_bytes == Edits.blocks(changed) * 4096)
            let whole = try await fixture.backUp(MemorySubject(name: "whole", disks: [disk])).disks[0].root
            #expect(snapshot.disks[0].root == whole, "round \(round)")
            guard snapshot.disks[0].root == whole else { return }
            if round == 6 { #expect(try fixture.restored(snapshot) == disk) }
        }
        #expect(try fixture.verify().isGood)
    }

    @Test func `what did not change is not read`() async throws {
        let fixture = try BackupFixture()
        var disk = Disks.random(7, bytes: 80 << 20)
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        disk[70 << 20] ^= 1
        let place = UInt64(70 << 20)
        let snapshot = try await fixture.create().run(
            ChangingSubject(disk: disk, changed: [place..<place + 65536])
        ).snapshot
        // The change, what is cut with it, and the sample of 1 %.
        #expect(snapshot.disks[0].read_bytes < 65536 + 2 * 256 << 10 + 80 << 20 / 100 + 256 << 10)
        #expect(try fixture.restored(snapshot) == disk)
    }

    @Test func `a bitmap that lies is found by the sample, and all is read`() async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(8, bytes: 6 << 20)
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        let changed = disk.map { $0 ^ 0x55 }
        let outcome = try await fixture.create().run(ChangingSubject(disk: changed, changed: []))
        #expect(outcome.snapshot.mode == "full")
        #expect(outcome.snapshot.fallback_reason?.contains("differ though the bitmap calls them unchanged") == true)
        #expect(outcome.warnings.contains { $0.contains("was read whole") })
        #expect(try fixture.restored(outcome.snapshot) == changed)
    }

    @Test func `a write into a hole that the bitmap does not know is found too`() async throws {
        let fixture = try BackupFixture()
        let empty = [UInt8](repeating: 0, count: 200 << 20)
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [empty]))
        let written = [UInt8](repeating: 9, count: 200 << 20)
        let outcome = try await fixture.create().run(ChangingSubject(disk: written, changed: []))
        #expect(outcome.snapshot.mode == "full")
        #expect(outcome.snapshot.disks[0].read_bytes == 200 << 20)
    }

    @Test func `a disk of another size is read whole`() async throws {
        let fixture = try BackupFixture()
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [Disks.random(9, bytes: 5 << 20)]))
        let larger = Disks.random(10, bytes: 6 << 20)
        let snapshot = try await fixture.create().run(ChangingSubject(disk: larger, changed: [])).snapshot
        #expect(snapshot.mode == "full")
        #expect(snapshot.fallback_reason == "vda: the disk was resized from 5.0 MiB to 6.0 MiB")
        #expect(try fixture.restored(snapshot) == larger)
    }

    @Test func `a map that cannot be read is no base`() async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(11, bytes: 5 << 20)
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        let map = try fixture.packs().first { PackHeader(try DurableFile.read($0))?.packClass == .map }
        let path = try unwrapped(map)
        var bytes = try DurableFile.read(path)
        for index in 128..<bytes.count / 2 { bytes[index] ^= 1 }
        try Directory.remove(path, "test")
        let file = try File.create(path, "test")
        try bytes.withUnsafeBytes { try file.write($0, at: 0, "test") }
        let outcome = try await fixture.create().run(ChangingSubject(disk: disk, changed: []))
        #expect(outcome.snapshot.fallback_reason == "vda: the map of the previous backup is damaged")
    }

    /// A pack that a tombstone names may vanish while a backup runs that took its lease later than the tombstone.
    @Test func `what lies in a condemned pack is stored anew although it did not change`() async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(12, bytes: 9 << 20)
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        let packs = try fixture.repository.directory.packs()
        let tombstone = Snapshot.objectName(time: 1, id: ObjectID.random().description)
            .replacing("snapshots/", with: "condemned/", maxReplacements: 1)
        try fixture.repository.put(Condemned(packs: packs.map(\.description)), as: .condemned, named: tombstone, "test")
        let snapshot = try await fixture.create().run(ChangingSubject(disk: disk, changed: [])).snapshot
        #expect(snapshot.mode == "incremental")
        for pack in packs { try Directory.remove(fixture.repository.directory.packPath(pack), "test") }
        #expect(try fixture.restored(snapshot) == disk)
    }

    @Test func `a quarantined chunk is healed by an incremental backup`() async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(13, bytes: 9 << 20)
        let first = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        let path = try unwrapped(
            try fixture.packs().first { PackHeader(try DurableFile.read($0))?.packClass == .data })
        var bytes = try DurableFile.read(path)
        bytes[100_000] ^= 1
        try Directory.remove(path, "test")
        let file = try File.create(path, "test")
        try bytes.withUnsafeBytes { try file.write($0, at: 0, "test") }
        #expect(try !fixture.verify().isGood)
        let snapshot = try await fixture.create().run(ChangingSubject(disk: disk, changed: [])).snapshot
        #expect(snapshot.disks[0].root == first.disks[0].root)
        #expect(try fixture.restored(first) == disk)
        #expect(try fixture.restored(snapshot) == disk)
    }
}

/// A disk that knows what changed since the newest backup.
struct ChangingSubject: BackupSubject {
    var name = "m"
    var vmUUID: String?
    var disk: [UInt8]
    var changed: [Range<UInt64>]

    func open(_ history: SubjectHistory) async throws -> OpenedSubject {
        let newest = try unwrapped(history.backups.first)
        let base = DiskBase(
            root: try unwrapped(newest.disks[0].rootID), height: try unwrapped(newest.disks[0].height),
            sizeBytes: newest.disks[0].size_bytes, checkpoint: "c")
        return OpenedSubject(
            disks: [
                .init(
                    target: "vda", format: "qcow2", path: "/images/m",
                    content: .source(MemorySource(bytes: disk, changed: changed)),
                    base: base)
            ], blobs: [], consistency: .offline, instant: Timestamp(milliseconds: 1_800_000_000_000), warnings: [],
            close: { Aftermath() })
    }
}

/// What guests do to disks.
enum Edits {
    /// - Returns: stretches that cover all changes, in order, some of them wider than need be.
    static func apply(to disk: inout [UInt8], _ generator: inout SeededRandom) -> [Range<UInt64>] {
        var changed: [Range<UInt64>] = []
        for _ in 0..<Int.random(in: 1...14, using: &generator) {
            let start = Int.random(in: 0..<disk.count, using: &generator)
            let count = min([1, 4096, 20_000, 300_000].randomElement(using: &generator) ?? 1, disk.count - start)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: for index in start..<start + count { disk[index] = 0 }
            case 1:
                let source = Int.random(in: 0...disk.count - count, using: &generator) & ~4095
                disk.replaceSubrange(start..<start + count, with: Array(disk[source..<source + count]))
            default:
                for index in start..<start + count { disk[index] = UInt8.random(in: .min ... .max, using: &generator) }
            }
            // Granularity: a block, or the 64 KiB of QEMU.
            let grain = Bool.random(using: &generator) ? 4096 : 65536
            changed.append(
                UInt64(start / grain * grain)..<UInt64(min((start + count + grain - 1) / grain * grain, disk.count)))
        }
        var joined = BlockRanges()
        for range in changed.sorted(by: { $0.lowerBound < $1.lowerBound }) { joined.append(bytes: range) }
        return joined.ranges.map {
            UInt64($0.lowerBound * 4096)..<min(UInt64($0.upperBound * 4096), UInt64(disk.count))
        }
    }

    static func blocks(_ ranges: [Range<UInt64>]) -> UInt64 {
        ranges.reduce(0) { $0 + ($1.upperBound + 4095) / 4096 - $1.lowerBound / 4096 }
    }
}
