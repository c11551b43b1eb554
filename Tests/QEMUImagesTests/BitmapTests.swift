import DebVisorCore
import Glibc
import Hypervisor
import Platform
import Testing

@testable import QEMUImages

/// What bitmaps mark is what was written, and a bitmap that tells nothing is never taken for "nothing changed".
@Suite(.enabled(if: hasTools, "no qemu-img or qemu-nbd (package qemu-utils)"), .serialized) struct BitmapTests {
    private let images = QEMUImages(timeout: .seconds(60))
    /// More than two questions of 1 GiB, and no multiple of any granularity.
    private static let size: UInt64 = 2 << 30 + 3 << 16 + 4096

    @Test(arguments: [512, 65_536, 1 << 20] as [UInt64])
    func changesAreWhatWasWritten(granularity: UInt64) throws {
        let disk = try RecordingDisk(size: Self.size, granularity: granularity, bitmaps: ["a"])
        let gib: UInt64 = 1 << 30
        let written = [
            0..<4096, 70_000..<70_512, gib - 4096..<gib + 4096, gib + 9 << 20..<gib + 12 << 20,
            2 * gib..<2 * gib + 512, Self.size - 512..<Self.size,
        ]
        try disk.write(written)
        let expected = disk.rounded(written)
        let source = try images.open(path: disk.path, format: "qcow2", changesIn: ["a"])
        defer { source.close() }
        #expect(source.tracksChanges)
        #expect(source.sizeBytes == Self.size)
        let reader = try source.makeReader()
        #expect(try reader.changes(in: 0..<Self.size) == expected)
        for range in [0..<65_536, 65_536..<131_072, gib - 65_536..<gib, gib..<2 * gib, 2 * gib..<Self.size + 4096] {
            let part = expected.map { $0.clamped(to: range) }.filter { !$0.isEmpty }
            #expect(try reader.changes(in: range) == part)
        }
    }

    @Test func severalBitmapsAreJoined() throws {
        let disk = try RecordingDisk(size: 8 << 20, bitmaps: ["old"])
        try disk.write([0..<65_536, 1 << 20..<2 << 20])
        try disk.add("young")
        try disk.write([65_536..<131_072, 5 << 20..<6 << 20])
        let table: [([String], [Range<UInt64>])] = [
            (["young"], [65_536..<131_072, 5 << 20..<6 << 20]),
            (["old", "young"], [0..<131_072, 1 << 20..<2 << 20, 5 << 20..<6 << 20]),
        ]
        for (bitmaps, expected) in table {
            let source = try images.open(path: disk.path, format: "qcow2", changesIn: bitmaps)
            defer { source.close() }
            #expect(try source.makeReader().changes(in: 0..<8 << 20) == expected)
        }
    }

    @Test func aSourceWithoutBitmapsKnowsNothing() throws {
        let disk = try RecordingDisk(size: 1 << 20, bitmaps: ["a"])
        let source = try images.open(path: disk.path, format: "qcow2")
        defer { source.close() }
        #expect(!source.tracksChanges)
        #expect(try source.makeReader().changes(in: 0..<1 << 20) == [0..<1 << 20])
    }

    /// qemu-nbd tells at most 131072 stretches at a time.
    @Test func anAnswerThatEndsEarlyIsContinued() throws {
        let size: UInt64 = 80 << 20
        let disk = try RecordingDisk(size: size, granularity: 512, bitmaps: ["a"])
        let written = stride(from: 0, to: size, by: 1024).map { $0..<$0 + 512 }
        try disk.write(written)
        let server = try ImageServer(
            imagePath: disk.path, format: "qcow2", options: ["--read-only", "--bitmap=a"])
        defer { server.stop() }
        let connection = try NBDConnection(
            bitmap: "a", socketPath: server.socketPath, exportName: "", timeout: .seconds(60))
        let entries = try connection.blockStatus(at: 0, count: size)
        let told = stride(from: 0, to: entries.count, by: 2).reduce(UInt64(0)) { $0 + UInt64(entries[$1]) }
        #expect(told < size)
        let reader = NBDReader(connection, bitmaps: [connection])
        #expect(try reader.changes(in: 0..<size) == written)
    }

    @Test func aServerWithoutTheBitmapIsRefused() throws {
        let disk = try RecordingDisk(size: 1 << 20, bitmaps: ["a", "b"])
        let server = try ImageServer(
            imagePath: disk.path, format: "qcow2", options: ["--read-only", "--bitmap=a"])
        defer { server.stop() }
        for (bitmap, refusal) in [("a", nil), ("b", .attention), ("nobody", .attention)] as [(String, Fault.Kind?)] {
            let export = DiskExport(target: "vda", socketPath: server.socketPath, exportName: "", bitmap: bitmap)
            let seen = kind {
                let source = try images.open(export: export)
                #expect(source.tracksChanges)
                #expect(try source.makeReader().changes(in: 0..<1 << 20) == [])
            }
            #expect(seen == refusal)
        }
    }

    @Test func aBitmapOfAKilledWriterIsRefused() throws {
        let disk = try RecordingDisk(size: 1 << 20, bitmaps: ["a"])
        #expect(try images.inspect(path: disk.path, format: nil).bitmaps == [disk.bitmap("a", isInUse: false)])
        try disk.killWhileWriting([0..<4096])
        #expect(try images.inspect(path: disk.path, format: nil).bitmaps == [disk.bitmap("a", isInUse: true)])
        #expect(kind { _ = try images.open(path: disk.path, format: "qcow2", changesIn: ["a"]) } == .attention)
        // Who opens it after that repairs nothing.
        try disk.write([8192..<12_288])
        #expect(kind { _ = try images.open(path: disk.path, format: "qcow2", changesIn: ["a"]) } == .attention)
        try images.removeBitmap("a", from: disk.path)
        #expect(try images.inspect(path: disk.path, format: nil).bitmaps.isEmpty)
    }

    /// qemu-nbd would look for it below.
    @Test func aBitmapOfTheImageBelowIsRefused() throws {
        let disk = try RecordingDisk(size: 1 << 20, bitmaps: ["a"])
        let top = disk.path + ".top"
        try disk.tool("create", "-q", "-f", "qcow2", "-b", disk.path, "-F", "qcow2", top)
        for bitmap in ["a", "nobody"] {
            #expect(kind { _ = try images.open(path: top, format: "qcow2", changesIn: [bitmap]) } == .attention)
        }
        #expect(disk.scratch.servers.isEmpty)
    }

    @Test func aDiskThatGrewIsAnsweredToItsEnd() throws {
        let disk = try RecordingDisk(size: 1 << 20, bitmaps: ["a"])
        try disk.write([0..<65_536])
        try disk.tool("resize", "-q", disk.path, "4M")
        try disk.write([3 << 20..<4 << 20])
        let source = try images.open(path: disk.path, format: "qcow2", changesIn: ["a"])
        defer { source.close() }
        #expect(source.sizeBytes == 4 << 20)
        let changes = try source.makeReader().changes(in: 0..<4 << 20)
        for range in [0..<65_536, 3 << 20..<4 << 20] as [Range<UInt64>] {
            #expect(changes.contains { $0.lowerBound <= range.lowerBound && $0.upperBound >= range.upperBound })
        }
    }

    @Test func bitmapsAreRemovedFromImagesThatNobodyHolds() throws {
        let disk = try RecordingDisk(size: 1 << 20, bitmaps: ["a", "b"])
        #expect(kind { try images.removeBitmap("nobody", from: disk.path) } == .notFound)
        let holder = try ImageServer(imagePath: disk.path, format: "qcow2", options: [])
        _ = try holder.connect(timeout: .seconds(20))
        #expect(kind { try images.removeBitmap("a", from: disk.path) } == .conflict)
        holder.stop()
        try images.removeBitmap("a", from: disk.path)
        #expect(try images.inspect(path: disk.path, format: nil).bitmaps.map(\.name) == ["b"])
    }

    /// Whatever is announced, what is read is what is there.
    @Test func whatWasAnnouncedIsAHintOnly() throws {
        let size = 12 << 20
        let picture = Picture(size: size, seed: 5)
        let scratch = try Scratch()
        let sink = try images.create(path: scratch.file("disk"), format: "qcow2", sizeBytes: UInt64(size))
        try picture.write(to: sink)
        try sink.finish()
        let source = try images.open(path: scratch.file("disk"), format: "qcow2")
        defer { source.close() }
        let reader = try source.makeReader()
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20 {
            _ = try reader.extents(in: 0..<UInt64(size))
            let starts = (0..<8).map { _ in Int.random(in: 0..<size / 4096, using: &random) * 4096 }.sorted()
            let announced = zip(starts, starts.dropFirst()).map { UInt64($0)..<UInt64($0 + ($1 - $0) / 2) }
            reader.announce(announced.filter { !$0.isEmpty })
            for start in starts.shuffled(using: &random).prefix(2) + starts {
                let count = min(Int.random(in: 1...400_000, using: &random), size - start)
                var buffer = [UInt8](repeating: 0xEE, count: count)
                try buffer.withUnsafeMutableBytes { try reader.read(at: UInt64(start), into: $0) }
                #expect(isSame(buffer, 0..<count, picture.bytes, start..<start + count))
            }
        }
    }
}
