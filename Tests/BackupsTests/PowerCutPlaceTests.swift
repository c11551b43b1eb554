import DebVisorCore
import Foundation
import Platform
import Testing

@testable import Backups

/// Power cuts while a repository comes to be, and while it goes.
extension PowerCutTests {
    @Test func `a creation of a repository`() async throws {
        let fixture = try BackupFixture()
        let place = fixture.directory + "/place"
        try Directory.create(place, "test")
        let disk = try PowerCutDisk(place)
        let secret = RepositorySecret.keyFile([UInt8](repeating: 7, count: 32))
        let changes = try await journal(below: place) {
            _ = try Repository.create(at: place + "/new", secret: secret, clock: fixture.clock)
        }
        func look(isDone: Bool) async throws {
            for remains in disk.remains {
                let path = BackupFixture.scratchDirectory()
                defer { try? FileManager.default.removeItem(atPath: path) }
                try Directory.create(path, "test")
                try remains.write(to: path)
                if !Directory.exists(path + "/new/format") {
                    #expect(!isDone)
                    _ = try Repository.create(at: path + "/new", secret: secret, clock: fixture.clock)
                }
                let repository = try Repository.open(at: path + "/new", secret: secret)
                for folder in RepositoryDirectory.folders {
                    #expect(Directory.isDirectory(repository.directory.path(of: folder)))
                }
                let made = try BackupFixture(copy: repository) { copy in
                    try PowerCutDisk(path + "/new").remains[0].write(to: copy)
                }
                let snapshot = try await made.backUp(Self.subject("m", 1))
                #expect(try made.restored(snapshot) == Self.disk(1))
            }
        }
        try await replay(changes, on: disk, look)
    }

    @Test func `a purge leaves a repository that is whole or one that nobody opens`() async throws {
        let fixture = try BackupFixture()
        let snapshot = try await fixture.backUp(Self.subject("m", 1))
        let (path, id) = (fixture.repository.directory.path, fixture.repository.id)
        let disk = try PowerCutDisk(fixture.directory + "/repository")
        let changes = try await journal(below: path) { try RepositoryRemoval.run(at: path, id: id) }
        try await replay(changes, on: disk) { isDone in
            for remains in disk.remains {
                let place = BackupFixture.scratchDirectory()
                defer { try? FileManager.default.removeItem(atPath: place) }
                try Directory.create(place, "test")
                try remains.write(to: place)
                let secret = RepositorySecret.keyFile([UInt8](repeating: 7, count: 32))
                if let repository = try? Repository.open(at: place, secret: secret) {
                    #expect(!isDone)
                    let after = try BackupFixture(copy: repository) { try remains.write(to: $0) }
                    #expect(try after.restored(snapshot) == Self.disk(1))
                }
                if Directory.exists(place + "/format") { try RepositoryRemoval.run(at: place, id: id) }
                #expect(!Directory.exists(place + "/format"))
            }
        }
    }
}
