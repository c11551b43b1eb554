import DebVisorCore
import Foundation
import Hypervisor
import Platform
import TestSupport
import Testing

@testable import Backups

/// Restores to files: what a person finds on the disk afterwards, whatever came between.
@Suite struct RestoreTests {
    private let disk = Disks.random(40, bytes: 3 << 20)

    private func backUp(_ fixture: BackupFixture) async throws -> Snapshot {
        try Directory.create(fixture.directory + "/out", "test")
        return try await fixture.backUp(
            MemorySubject(
                name: "m", vmUUID: "u", disks: [disk],
                blobs: [.init(kind: .nvram, name: "vars.fd", path: nil, status: nil, bytes: [1, 2, 3])]))
    }

    private func restore(
        _ snapshot: Snapshot, _ fixture: BackupFixture, _ images: FileImages = FileImages()
    ) throws -> Restore {
        var request = RestoreRequest(snapshot)
        request.directory = fixture.directory + "/out"
        var options = Restore.Options()
        options.host = fixture.host
        options.clock = fixture.clock
        return Restore(fixture.repository, try RestorePlan(request), images: images, options: options)
    }

    @Test func `a restore brings every file back and leaves no other`() async throws {
        let fixture = try BackupFixture()
        let snapshot = try await backUp(fixture)
        _ = try await restore(snapshot, fixture).run()
        #expect(try Directory.names(in: fixture.directory + "/out") == ["m-0.img", "m_VARS.fd"])
        #expect(try DurableFile.read(fixture.directory + "/out/m-0.img") == disk)
        #expect(try DurableFile.read(fixture.directory + "/out/m_VARS.fd") == [1, 2, 3])
        #expect(try fixture.repository.directory.list("leases").isEmpty)
    }

    @Test func `a deletion waits for a restore`() async throws {
        let fixture = try BackupFixture()
        let snapshot = try await backUp(fixture)
        let images = FileImages {
            let deletion = Deletion(fixture.repository, host: fixture.host, clock: fixture.clock)
            let freed = try deletion.run([snapshot])
            #expect(freed.packs == 0)
        }
        _ = try await restore(snapshot, fixture, images).run()
        #expect(try DurableFile.read(fixture.directory + "/out/m-0.img") == disk)
    }

    @Test func `parts of restores that were killed go with the next one`() async throws {
        let fixture = try BackupFixture()
        let snapshot = try await backUp(fixture)
        let alive = try Lease.take(
            .read, vmUUIDs: [], command: "", host: fixture.host, in: fixture.repository, clock: fixture.clock)
        let prefix = "m-0.img.\(fixture.repository.id.description.prefix(8))-"
        let kept = ["\(prefix)\(alive.id.description.prefix(8)).part", "m-0.img.part", "\(prefix)precious.part"]
        for name in kept + ["\(prefix)01234567.part"] {
            try DurableFile.write([1], to: fixture.directory + "/out/\(name)", "test")
        }
        _ = try await restore(snapshot, fixture).run()
        let names = Set(try Directory.names(in: fixture.directory + "/out"))
        #expect(names == Set(kept).union(["m-0.img", "m_VARS.fd"]))
        withExtendedLifetime(alive) {}
    }

    @Test func `a small file that is not whole is not given back`() async throws {
        let fixture = try BackupFixture()
        var snapshot = try await backUp(fixture)
        snapshot.blobs[0].size_bytes += 1
        let damaged = snapshot
        await #expect { () async throws -> Void in _ = try await self.restore(damaged, fixture).run() } throws: {
            ($0 as? Fault)?.kind == .attention
        }
        #expect(try Directory.names(in: fixture.directory + "/out").isEmpty)
    }
}

/// Raw images in plain files.
struct FileImages: DiskImages {
    func open(path: String, format: String, changesIn bitmaps: [String]) throws -> any ClosableBlockSource {
        try open(path: path, format: format)
    }
    func removeBitmap(_ name: String, from path: String) throws {}

    var onCreate: @Sendable () throws -> Void = {}

    func inspect(path: String, format: String?) throws -> ImageInfo { throw Fault(.failed, "not here") }
    func isInUse(path: String) throws -> Bool { false }
    func open(path: String, format: String) throws -> any ClosableBlockSource { throw Fault(.failed, "not here") }
    func open(export: DiskExport) throws -> any ClosableBlockSource { throw Fault(.failed, "not here") }
    func create(path: String, format: String, sizeBytes: UInt64) throws -> any BlockSink {
        try onCreate()
        let file = try File.create(path, "test")
        try file.truncate(to: Int(sizeBytes), "test")
        return Sink(file: file)
    }

    private final class Sink: BlockSink, BlockWriter {
        let file: File
        init(file: File) { self.file = file }
        func makeWriter() throws -> any BlockWriter { self }
        func write(at offset: UInt64, from buffer: UnsafeRawBufferPointer) throws {
            try file.write(buffer, at: Int(offset), "test")
        }
        func finish() throws { try file.synchronize("test") }
        func abandon() {}
    }
}
