import DebVisorCore
import Foundation
import Hypervisor
import Platform
import Storage
import TestSupport

@testable import Backups

/// A repository, a store and a clock in a directory of their own, gone with the fixture.
final class BackupFixture: Sendable {
    let directory: String
    let store: BackupStore
    let clock = StepClock()
    let host = HostIdentity(id: "test-host", bootID: "boot", name: "testhost", processID: 1)
    let repository: Repository

    init(_ secret: RepositorySecret = .keyFile([UInt8](repeating: 7, count: 32))) throws {
        directory = FileManager.default.temporaryDirectory.path + "/debvisor-test-\(UUID().uuidString)"
        try Directory.create(directory, "test")
        store = BackupStore(try Store.open(BackupStore.store, in: StateDirectory(directory + "/state")))
        repository = try Repository.create(at: directory + "/repository", secret: secret, clock: clock)
    }

    /// For what need not outlive the test: in memory, where there is enough, because a disk takes its time to sync.
    static func scratchDirectory() -> String {
        let memory = "/dev/shm"
        let isLarge = (try? Directory.freeBytes(at: memory)).map { $0 > 256 << 20 } ?? false
        let place = isLarge && access(memory, W_OK) == 0 ? memory : FileManager.default.temporaryDirectory.path
        return place + "/debvisor-test-\(UUID().uuidString)"
    }

    /// The same keys over a repository that `fill` puts into a directory, with a store of its own.
    init(copy repository: Repository, fill: (String) throws -> Void) throws {
        directory = Self.scratchDirectory()
        try Directory.create(directory + "/repository", "test")
        try fill(directory + "/repository")
        store = BackupStore(try Store.open(BackupStore.store, in: StateDirectory(directory + "/state")))
        self.repository = try Repository.open(
            at: directory + "/repository", secret: .keyFile([UInt8](repeating: 7, count: 32)))
    }

    func copy(_ fill: (String) throws -> Void) throws -> BackupFixture {
        try BackupFixture(copy: repository, fill: fill)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func backUp(_ subject: MemorySubject, workers: Int = 2) async throws -> Snapshot {
        try await create(workers: workers).run(subject).snapshot
    }

    func create(workers: Int = 2) -> BackupCreation {
        var options = BackupCreation.Options(writer: "test")
        options.workers = workers
        return BackupCreation(repository, store, host: host, clock: clock, options: options)
    }

    /// The content of one disk of a backup.
    func restored(_ snapshot: Snapshot, disk: Int = 0, workers: Int = 2) throws -> [UInt8] {
        let record = snapshot.disks[disk]
        let sink = MemorySink(count: Int(record.size_bytes))
        let restore = DiskRestore(
            repository, try ChunkIndex.load(repository),
            options: .init(workers: workers, isCancelled: { false }, advanced: { _ in }))
        _ = try restore.write(
            root: try unwrapped(record.rootID), height: try unwrapped(record.height), sizeBytes: record.size_bytes,
            to: sink)
        return sink.bytes
    }

    /// As `restored`, with what cannot be had left zero: the content and the lost ranges.
    func restoredWithHoles(_ snapshot: Snapshot) throws -> (content: [UInt8], lost: [Range<UInt64>?]) {
        let record = snapshot.disks[0]
        let sink = MemorySink(count: Int(record.size_bytes))
        let lost = Locked([Loss]())
        let restore = DiskRestore(
            repository, try ChunkIndex.loadForReading(repository).index,
            options: .init(
                workers: 2, isCancelled: { false }, advanced: { _ in },
                lost: { damage in
                    lost.withLock {
                        $0.append(Loss(part: record.target, range: damage.range, reason: damage.miss.reason))
                    }
                }))
        _ = try restore.write(
            root: try unwrapped(record.rootID), height: try unwrapped(record.height), sizeBytes: record.size_bytes,
            to: sink)
        return (sink.bytes, lost.withLock { $0.joined.map(\.range) })
    }

    func verify(readsData: Bool = true) throws -> Verification.Result {
        var options = Verification.Options()
        options.readsData = readsData
        return try Verification(repository, host: host, clock: clock, options: options).run(nil)
    }

    /// Paths of all packs.
    func packs() throws -> [String] { try repository.directory.packs().map { repository.directory.packPath($0) } }
}

/// A clock that moves one second at each look.
final class StepClock: WallClock {
    private let time = Locked(Int64(1_800_000_000_000))

    func now() -> Timestamp {
        Timestamp(
            milliseconds: time.withLock { time in
                time += 1000
                return time
            })
    }
}

/// Disks in memory.
struct MemorySubject: BackupSubject {
    var name: String
    var vmUUID: String?
    var disks: [[UInt8]]
    var skipped: [String: String] = [:]
    var blobs: [OpenedSubject.Blob] = []
    /// Called when the disks are opened.
    var onOpen: @Sendable () async throws -> Void = {}

    func open(_ history: SubjectHistory) async throws -> OpenedSubject {
        try await onOpen()
        var opened = disks.enumerated().map { number, bytes in
            OpenedSubject.Disk(
                target: "vd\(Character(UnicodeScalar(UInt8(97 + number))))", format: "raw",
                path: "/images/\(name)-\(number).img",
                content: .source(MemorySource(bytes: bytes)))
        }
        for (target, reason) in skipped.sorted(by: { $0.key < $1.key }) {
            opened.append(.init(target: target, format: nil, path: nil, content: .skipped(reason)))
        }
        return OpenedSubject(
            disks: opened, blobs: blobs, consistency: .offline, instant: Timestamp(milliseconds: 1_800_000_000_000),
            warnings: [], close: { Aftermath() })
    }
}

/// A disk in memory whose runs of zero blocks are holes.
struct MemorySource: BlockSource {
    let bytes: [UInt8]
    /// What is said to have changed; nil if nobody knows.
    var changed: [Range<UInt64>]?
    var sizeBytes: UInt64 { UInt64(bytes.count) }
    var tracksChanges: Bool { changed != nil }
    func makeReader() throws -> any BlockReader { Reader(bytes: bytes, changed: changed) }

    private final class Reader: BlockReader {
        let bytes: [UInt8]
        let changed: [Range<UInt64>]?
        init(bytes: [UInt8], changed: [Range<UInt64>]?) {
            self.bytes = bytes
            self.changed = changed
        }

        func changes(in range: Range<UInt64>) throws -> [Range<UInt64>] {
            changed.map { $0.filter { $0.overlaps(range) } } ?? [range]
        }

        func extents(in range: Range<UInt64>) throws -> [BlockExtent] {
            var extents: [BlockExtent] = []
            var position = Int(range.lowerBound)
            while position < Int(range.upperBound) {
                let end = min(position + 65536, Int(range.upperBound))
                let isData = !Disks.isZero(bytes[position..<end])
                if let last = extents.last, last.isData == isData {
                    extents[extents.count - 1].range = last.range.lowerBound..<UInt64(end)
                } else {
                    extents.append(BlockExtent(range: UInt64(position)..<UInt64(end), isData: isData))
                }
                position = end
            }
            return extents
        }

        func read(at offset: UInt64, into buffer: UnsafeMutableRawBufferPointer) throws {
            let start = Int(offset)
            let count = max(0, min(buffer.count, bytes.count - start))
            bytes.withUnsafeBytes { source in
                if count > 0 {
                    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[start..<start + count]))
                }
            }
            for index in count..<buffer.count { buffer[index] = 0 }
        }
    }
}

/// A disk written in memory; what is written past its end or twice is an error.
final class MemorySink: BlockSink {
    private let state: Locked<[UInt8]>
    init(count: Int) { state = Locked([UInt8](repeating: 0, count: count)) }
    var bytes: [UInt8] { state.withLock { $0 } }
    func makeWriter() throws -> any BlockWriter { Writer(self) }
    func finish() throws {}
    func abandon() {}

    private final class Writer: BlockWriter {
        let sink: MemorySink
        init(_ sink: MemorySink) { self.sink = sink }
        func write(at offset: UInt64, from buffer: UnsafeRawBufferPointer) throws {
            try sink.state.withLock { bytes in
                guard Int(offset) + buffer.count <= bytes.count else { throw Fault(.failed, "written past the end") }
                bytes.withUnsafeMutableBytes { $0[Int(offset)...].copyBytes(from: buffer) }
            }
        }
    }
}

/// The value, or an error that says it is missing.
func unwrapped<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Fault(.failed, "a value is missing") }
    return value
}
