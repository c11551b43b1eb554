import DebVisorCore
import Foundation
import Hypervisor
import Platform
import TestSupport
import Testing

@testable import Backups

@Suite struct BackupFaultTests {
    @Test func `one machine is not backed up twice at a time`() async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(1, bytes: 1 << 20)
        let inner = MemorySubject(name: "m", vmUUID: "u", disks: [disk])
        let outer = MemorySubject(
            name: "m", vmUUID: "u", disks: [disk],
            onOpen: {
                await #expect(throws: Fault.self) { _ = try await fixture.backUp(inner) }
                do { _ = try await fixture.backUp(inner) } catch let fault as Fault { #expect(fault.kind == .conflict) }
                // Another machine goes its way.
                _ = try await fixture.backUp(MemorySubject(name: "n", vmUUID: "v", disks: [disk]))
            })
        _ = try await fixture.backUp(outer)
        #expect(try fixture.repository.snapshots().snapshots.map(\.name).sorted() == ["m", "n"])
    }

    @Test func `a subject that fails leaves nothing that lists and no lease`() async throws {
        let fixture = try BackupFixture()
        let subject = MemorySubject(name: "m", disks: [[1]], onOpen: { throw Fault(.unavailable, "gone") })
        await #expect(throws: Fault.self) { _ = try await fixture.backUp(subject) }
        #expect(try fixture.repository.snapshots().snapshots.isEmpty)
        #expect(try fixture.repository.directory.list("leases").isEmpty)
    }

    @Test func `a cancelled run's chunks are found again`() async throws {
        let fixture = try BackupFixture()
        let disk = Disks.random(2, bytes: 130 << 20)
        var options = BackupCreation.Options(writer: "test")
        options.workers = 1
        let read = Locked(UInt64(0))
        options.advanced = { progress in read.withLock { $0 = progress.done } }
        options.isCancelled = { read.withLock { $0 > 100 << 20 } }
        // Among all other tests its thread may have to wait for a processor; it does not hang.
        options.patience = .seconds(600)
        let creation = BackupCreation(
            fixture.repository, fixture.store, host: fixture.host, clock: fixture.clock, options: options)
        await #expect(throws: CancellationError.self) {
            _ = try await creation.run(MemorySubject(name: "m", disks: [disk]))
        }
        #expect(try fixture.repository.snapshots().snapshots.isEmpty)
        let outcome = try await fixture.create().run(MemorySubject(name: "m", disks: [disk]))
        let snapshot = outcome.snapshot
        #expect(snapshot.disks[0].new_bytes < snapshot.disks[0].read_bytes / 2)
        #expect(try fixture.repository.directory.list("tmp").isEmpty)
        #expect(try fixture.verify().isGood)
    }

    /// A peer that never answers, as a QEMU that was stopped.
    @Test func `a source that hangs does not keep a cancelled run`() async throws {
        let fixture = try BackupFixture()
        let isReading = Locked(false)
        var options = BackupCreation.Options(writer: "test")
        options.isCancelled = { isReading.withLock { $0 } }
        let creation = BackupCreation(
            fixture.repository, fixture.store, host: fixture.host, clock: fixture.clock, options: options)
        await #expect(throws: CancellationError.self) {
            _ = try await creation.run(HangingSubject(onRead: { isReading.withLock { $0 = true } }))
        }
        // What it left is no obstacle.
        let snapshot = try await fixture.backUp(MemorySubject(name: "hangs", disks: [Disks.random(1, bytes: 1 << 20)]))
        #expect(try fixture.restored(snapshot) == Disks.random(1, bytes: 1 << 20))
    }

    @Test func `a wrong secret is denied`() throws {
        let fixture = try BackupFixture(.password(Array("right".utf8)))
        for secret in [
            RepositorySecret.password(Array("wrong".utf8)), .open, .keyFile([UInt8](repeating: 1, count: 32)),
        ] {
            #expect { _ = try Repository.open(at: fixture.repository.directory.path, secret: secret) } throws: {
                ($0 as? Fault)?.kind == .denied
            }
        }
    }

    @Test func `a newer format and an unknown feature are refused`() throws {
        let fixture = try BackupFixture(.open)
        let path = fixture.repository.directory.path
        let feature = path + "/features/r-brotli"
        try DurableFile.write([], to: feature, "test")
        #expect { _ = try Repository.open(at: path, secret: .open) } throws: { ($0 as? Fault)?.kind == .conflict }
        try Directory.remove(feature, "test")
        let format = try String(decoding: DurableFile.read(path + "/format"), as: UTF8.self)
        try DurableFile.write(
            Array(format.replacing("\"version\":1", with: "\"version\":2").utf8), to: path + "/format", "test")
        #expect { _ = try Repository.open(at: path, secret: .open) } throws: { ($0 as? Fault)?.kind == .conflict }
    }

    @Test func `a directory that is none of ours is refused`() throws {
        let fixture = try BackupFixture()
        let other = fixture.directory + "/other"
        try Directory.create(other, "test")
        try DurableFile.write([1], to: other + "/precious", "test")
        #expect { _ = try Repository.create(at: other, secret: .open, clock: fixture.clock) } throws: {
            ($0 as? Fault)?.kind == .conflict
        }
        #expect { _ = try Repository.open(at: other, secret: .open) } throws: { ($0 as? Fault)?.kind == .notFound }
        #expect { _ = try Repository.open(at: other + "/nowhere", secret: .open) } throws: {
            ($0 as? Fault)?.kind == .notFound
        }
    }
}

private struct HangingSubject: BackupSubject {
    var name = "hangs"
    var vmUUID: String?
    var onRead: @Sendable () -> Void

    func open(_ history: SubjectHistory) async throws -> OpenedSubject {
        OpenedSubject(
            disks: [.init(target: "vda", format: "raw", path: nil, content: .source(Source(onRead: onRead)))],
            blobs: [], consistency: .offline, instant: Timestamp(milliseconds: 1_800_000_000_000), warnings: [],
            close: { Aftermath() })
    }

    private struct Source: BlockSource {
        var onRead: @Sendable () -> Void
        var sizeBytes: UInt64 { 64 << 20 }
        func makeReader() throws -> any BlockReader { Reader(onRead: onRead) }
    }

    private final class Reader: BlockReader {
        let onRead: @Sendable () -> Void
        init(onRead: @escaping @Sendable () -> Void) { self.onRead = onRead }
        func extents(in range: Range<UInt64>) throws -> [BlockExtent] { [BlockExtent(range: range, isData: true)] }
        func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws {
            onRead()
            Monitor(()).wait { _ in nil as Void? }
        }
    }
}
