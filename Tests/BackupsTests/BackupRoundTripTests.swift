import DebVisorCore
import Glibc
import Platform
import TestSupport
import Testing

@testable import Backups

@Suite struct BackupRoundTripTests {
    @Test(arguments: [1, 4095, 4096, 4097, 65536 + 512, 4 << 20, (4 << 20) + 4096, (9 << 20) + 123])
    func `a disk of any size comes back byte for byte`(size: Int) async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(UInt64(size), bytes: size)
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        #expect(try fixture.restored(snapshot) == disk)
        #expect(snapshot.disks[0].size_bytes == UInt64(size))
    }

    @Test(arguments: 1...(getenv("SOAK") == nil ? 2 : 12))
    func `the map depends on the content alone, not on the number of workers`(seed: UInt64) async throws {
        let disk = Disks.random(seed, bytes: (70 << 20) + Int(seed) * 4096)
        let fixture = try BackupFixture()
        let one = try await fixture.backUp(MemorySubject(name: "one", disks: [disk]), workers: 1)
        let three = try await fixture.backUp(MemorySubject(name: "three", disks: [disk]), workers: 3)
        #expect(one.disks[0].root == three.disks[0].root)
        #expect(three.disks[0].new_bytes == 0)
        #expect(try fixture.restored(three) == disk)
    }

    @Test func `an empty disk is a hole`() async throws {
        let fixture = try BackupFixture()
        let snapshot = try await fixture.backUp(
            MemorySubject(name: "m", disks: [[UInt8](repeating: 0, count: 10 << 20)]))
        #expect(snapshot.disks[0].read_bytes == 0)
        #expect(snapshot.disks[0].root == ObjectID.zero.description)
        #expect(try fixture.restored(snapshot).allSatisfy { $0 == 0 })
        #expect(try fixture.verify().isGood)
    }

    @Test func `a changed block stores little`() async throws {
        let fixture = try BackupFixture()
        var disk = Disks.random(3, bytes: 32 << 20)
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        disk[20 << 20] ^= 0xff
        let second = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        #expect(second.disks[0].new_bytes > 0)
        #expect(second.disks[0].new_bytes <= 2 * 256 << 10)
        #expect(second.sequence == 2)
        #expect(try fixture.restored(second) == disk)
    }

    @Test func `the same files elsewhere on another disk are found again`() async throws {
        let fixture = try BackupFixture()
        let files = (0..<12).map { Disks.random(UInt64(100 + $0), bytes: 900_000) }
        func disk(_ order: [Int], gap: Int) -> [UInt8] {
            order.flatMap { number in
                let padded = (files[number].count + 4095) & ~4095
                return files[number] + [UInt8](repeating: 0, count: padded - files[number].count + gap * 4096)
            }
        }
        let first = try await fixture.backUp(MemorySubject(name: "a", disks: [disk(Array(0..<12), gap: 0)]))
        let second = try await fixture.backUp(MemorySubject(name: "b", disks: [disk((0..<12).reversed(), gap: 3)]))
        // Content-defined cuts at block borders: only what surrounds the borders of files is new.
        #expect(Double(second.disks[0].new_bytes) < 0.25 * Double(first.disks[0].new_bytes))
    }

    @Test(arguments: [
        RepositorySecret.open, .password(Array("geheim".utf8)), .keyFile([UInt8](repeating: 9, count: 32)),
    ])
    func `every kind of secret opens what it made`(secret: RepositorySecret) async throws {
        let fixture = try BackupFixture(secret)
        let disk = Disks.random(5, bytes: 1 << 20)
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        let again = try Repository.open(at: fixture.repository.directory.path, secret: secret)
        #expect(try again.snapshots().snapshots.map(\.backup_id) == [snapshot.backup_id])
    }

    @Test func `small files come back with the machine`() async throws {
        let fixture = try BackupFixture()
        let nvram = Disks.random(8, bytes: 540_672)
        let blob = OpenedSubject.Blob(
            kind: .nvram, name: "m_VARS.fd", path: "/v/m_VARS.fd",
            status: FileStatus(mode: 0o640, userID: 0, groupID: 0), bytes: nvram)
        let snapshot = try await fixture.backUp(
            MemorySubject(name: "m", vmUUID: "u", disks: [Disks.random(1, bytes: 8192)], blobs: [blob]))
        let fetcher = try ChunkFetcher(PackLibrary(fixture.repository), ChunkIndex.load(fixture.repository))
        let bytes = try snapshot.blobs[0].chunks.flatMap { try fetcher.member(unwrapped(ObjectID(hex: $0))) }
        #expect(bytes == nvram)
        #expect(snapshot.blobs[0].mode == 0o640)
    }

    @Test func `a skipped disk is recorded with its reason`() async throws {
        let fixture = try BackupFixture()
        let snapshot = try await fixture.backUp(
            MemorySubject(name: "m", disks: [Disks.random(1, bytes: 8192)], skipped: ["sda": "a cdrom"]))
        #expect(snapshot.disks.map(\.skipped_reason) == [nil, "a cdrom"])
        #expect(snapshot.disks[1].root == nil)
    }
}
