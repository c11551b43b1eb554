import DebVisorCore
import Platform
import Testing

@testable import Backups

@Suite struct CatalogueTests {
    private func registered(_ name: String, path: String, isDefault: Bool = false) -> RegisteredRepository {
        RegisteredRepository(
            name: name, path: path, id: .random(), encrypted: true, keyFile: "/k", passwordFile: nil,
            isDefault: isDefault,
            registeredAt: Timestamp(milliseconds: 5))
    }

    @Test func `the first repository is the default until another takes over`() throws {
        let store = try BackupFixture().store
        #expect(try store.register(registered("a", path: "/a")).isDefault)
        #expect(try !store.register(registered("b", path: "/b")).isDefault)
        #expect(try store.register(registered("c", path: "/c", isDefault: true)).isDefault)
        #expect(try store.repositories().filter(\.isDefault).map(\.name) == ["c"])
        #expect(try store.repository("/b")?.name == "b")
        for taken in [registered("a", path: "/z"), registered("z", path: "/a")] {
            #expect { _ = try store.register(taken) } throws: { ($0 as? Fault)?.kind == .conflict }
        }
        var changed = try unwrapped(store.repository("a"))
        changed.keyFile = "/elsewhere"
        #expect(try store.update(changed) == changed)
        #expect(try store.repositories().count == 3)
        #expect { _ = try store.update(self.registered("nobody", path: "/n")) } throws: {
            ($0 as? Fault)?.kind == .notFound
        }
        #expect(try store.unregister("c"))
        #expect(try !store.unregister("c"))
        #expect(try store.defaultRepository() == nil)
    }

    @Test func `a lost catalogue costs a look, not a backup`() async throws {
        let fixture = try BackupFixture()
        let snapshot = try await fixture.backUp(MemorySubject(name: "m", disks: [[1, 2, 3]]))
        #expect(try fixture.store.references(startingWith: "m@").map(\.backupID) == [snapshot.backup_id])
        let other = try BackupFixture().store
        #expect(try other.references(startingWith: "").isEmpty)
        #expect(try other.snapshots(of: fixture.repository).snapshots.map(\.backup_id) == [snapshot.backup_id])
        #expect(try other.references(startingWith: "").count == 1)
        // What is gone from the repository is gone from the listing.
        try fixture.repository.directory.remove(snapshot.objectName, "test")
        #expect(try other.snapshots(of: fixture.repository).snapshots.isEmpty)
        #expect(try other.references(startingWith: "").isEmpty)
    }

    @Test func `a backup is found by id, beginning, time and name`() async throws {
        let fixture = try BackupFixture()
        let first = try await fixture.backUp(MemorySubject(name: "web1", disks: [[1]]))
        let second = try await fixture.backUp(MemorySubject(name: "web1", disks: [[2]]))
        let lookup = SnapshotLookup([first, second])
        #expect(try lookup.find("web1").backup_id == second.backup_id)
        #expect(try lookup.find(first.backup_id).backup_id == first.backup_id)
        #expect(try lookup.find(String(first.backup_id.prefix(10))).backup_id == first.backup_id)
        // Both show the same instant, and have names of their own; records of before may not.
        #expect(try lookup.find(first.reference).backup_id == first.backup_id)
        #expect(try lookup.find(second.reference).backup_id == second.backup_id)
        var twin = second
        twin.created_at = first.created_at
        let twins = SnapshotLookup([first, twin])
        #expect { _ = try twins.find(first.reference) } throws: { ($0 as? Fault)?.kind == .conflict }
        #expect { _ = try lookup.find("web2") } throws: { ($0 as? Fault)?.kind == .notFound }
    }
}
