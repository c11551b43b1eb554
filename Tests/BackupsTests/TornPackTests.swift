import DebVisorCore
import Platform
import TestSupport
import Testing

@testable import Backups

@Suite struct TornPackTests {
    /// What a power cut leaves: no trailer, a middle part that never reached the disk, garbage behind.
    @Test func `a torn pack gives back every entry that is whole`() async throws {
        let fixture = try BackupFixture()
        let directory = fixture.repository.directory
        let disk = Disks.random(90, bytes: 12 << 20)
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        let library = PackLibrary(fixture.repository)
        let pack = try unwrapped(directory.packs().first { try library.pack($0).header.packClass == .data })
        let items = try unwrapped(library.trailer(of: pack)).trailer.items
        #expect(items.count > 8)
        let last = try unwrapped(items.last)
        var bytes = try Array(DurableFile.read(directory.packPath(pack))[..<(last.offset + last.length)])
        for index in items[3].offset + 100..<items[5].offset + 50 { bytes[index] = 0 }
        var generator = SeededRandom(seed: 4)
        for _ in 0..<1000 { Swift.withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) } }
        // The beginning of an entry that goes on past the end of the file.
        bytes += try DurableFile.read(directory.packPath(pack))[items[0].offset..<items[0].offset + 64]
        try directory.remove(RepositoryDirectory.packName(pack), "test")
        for name in try directory.list("index") { try directory.remove("index/\(name)", "test") }
        try DurableFile.write(bytes, to: directory.path(of: "tmp/\(ObjectID.random())-\(pack).part"), "test")

        let result = try Salvage(repository: fixture.repository, host: fixture.host).run(own: .random())
        #expect(result.packs == 1)
        let saved = try unwrapped(PackLibrary(fixture.repository).trailer(of: pack)).trailer.items
        #expect(saved == Array(items[..<3] + items[6...]))
        #expect(try directory.list("tmp").isEmpty)
        // The next backup stores what is missing and nothing else.
        let again = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        #expect(again.disks[0].new_bytes > 0 && again.disks[0].new_bytes < snapshot.disks[0].new_bytes / 2)
        #expect(try fixture.restored(again) == disk)
        #expect(try fixture.restored(snapshot) == disk)
        #expect(try fixture.verify().isGood)
    }
}
