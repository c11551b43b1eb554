import DebVisorCore
import Platform
import TestSupport
import Testing

@testable import Backups

@Suite struct QuarantineTests {
    private let disk = Disks.random(80, bytes: 2 << 20)

    /// The largest pack, which holds the data.
    private func dataPack(_ fixture: BackupFixture) throws -> String {
        try unwrapped(fixture.packs().max { try File($0, .read).size < File($1, .read).size })
    }

    @Test(arguments: [5000, 20])
    func `what a verification found bad is stored anew`(place: Int) async throws {
        let fixture = try BackupFixture()
        let first = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        let path = try dataPack(fixture)
        let bytes = try DurableFile.read(path)
        var damaged = bytes
        damaged[place] ^= 1
        try DurableFile.write(damaged, to: path, "test")
        #expect(try !fixture.verify().isGood)
        let count = try fixture.repository.directory.list("quarantine").count
        #expect(count == 1)
        // Seen again it is noted once.
        #expect(try !fixture.verify().isGood)
        #expect(try fixture.repository.directory.list("quarantine").count == count)

        let second = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        #expect(second.disks[0].new_bytes > 0)
        #expect(try fixture.restored(second) == disk)
        #expect(try fixture.restored(first) == disk)
        // What was thought bad and is not, is known again.
        try DurableFile.write(bytes, to: path, "test")
        #expect(try fixture.verify().isGood)
        #expect(try fixture.repository.directory.list("quarantine").isEmpty)
    }

    @Test func `an entry goes with its pack`() async throws {
        let fixture = try BackupFixture()
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [disk]))
        let path = try dataPack(fixture)
        try File(path, .readWrite).truncate(to: 8192, "test")
        #expect(try !fixture.verify(readsData: false).isGood)
        #expect(try fixture.repository.directory.list("quarantine").count == 1)
        _ = try Deletion(fixture.repository, host: fixture.host, clock: fixture.clock).run([snapshot])
        #expect(try fixture.packs().isEmpty)
        #expect(try fixture.verify().isGood)
        #expect(try fixture.repository.directory.list("quarantine").isEmpty)
    }
}
