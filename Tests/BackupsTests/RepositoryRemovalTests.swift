import DebVisorCore
import Foundation
import Platform
import TestSupport
import Testing

@testable import Backups

@Suite struct RepositoryRemovalTests {
    private func remove(_ fixture: BackupFixture) throws {
        try RepositoryRemoval.run(at: fixture.repository.directory.path, id: fixture.repository.id)
    }

    @Test func `nothing outside goes with a repository`() async throws {
        let fixture = try BackupFixture()
        let precious = fixture.directory + "/precious"
        try Directory.create(precious, "test")
        try DurableFile.write([1], to: precious + "/file", "test")
        try FileManager.default.createSymbolicLink(
            atPath: fixture.repository.directory.path(of: "packs/zz"), withDestinationPath: precious)
        try remove(fixture)
        #expect(try DurableFile.read(precious + "/file") == [1])
        #expect(!Directory.exists(fixture.repository.directory.path))
    }

    @Test func `a removal that was cut short can be repeated`() async throws {
        let fixture = try BackupFixture()
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [Disks.random(1, bytes: 1 << 20)]))
        let path = fixture.repository.directory.path
        try Directory.rename(path + "/keys", to: path + "/keys.removed", "test")
        try Directory.remove(try unwrapped(fixture.packs().first), "test")
        // Nobody opens it any more, or makes a new one among its remains.
        #expect { _ = try Repository.open(at: path, secret: .keyFile([UInt8](repeating: 7, count: 32))) } throws: {
            ($0 as? Fault)?.kind == .denied
        }
        #expect { _ = try Repository.create(at: path, secret: .open, clock: fixture.clock) } throws: {
            ($0 as? Fault)?.kind == .conflict
        }
        try remove(fixture)
        #expect(!Directory.exists(path))
    }

    @Test func `a repository at work is not removed`() async throws {
        let fixture = try BackupFixture()
        let lease = try Lease.take(
            .write, vmUUIDs: [], command: "", host: fixture.host, in: fixture.repository, clock: fixture.clock)
        #expect { try self.remove(fixture) } throws: { ($0 as? Fault)?.kind == .conflict }
        try lease.release()
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [[1, 2, 3]]))
        #expect(try fixture.restored(snapshot) == [1, 2, 3])
    }

    @Test func `backups that lie there are no room for a new repository`() async throws {
        let fixture = try BackupFixture()
        _ = try await fixture.backUp(MemorySubject(name: "m", disks: [[1]]))
        try Directory.remove(fixture.repository.directory.path(of: "format"), "test")
        #expect {
            _ = try Repository.create(at: fixture.repository.directory.path, secret: .open, clock: fixture.clock)
        } throws: {
            ($0 as? Fault)?.kind == .conflict
        }
    }
}
