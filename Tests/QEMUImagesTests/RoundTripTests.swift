import DebVisorCore
import Hypervisor
import Platform
import QEMUImages
import TestSupport
import Testing

@Suite(.enabled(if: hasTools, "no qemu-img or qemu-nbd (package qemu-utils)"), .serialized) struct RoundTripTests {
    static let sizes = [512, 4096, 1 << 20, 6_345_216, 9 << 20]

    @Test(arguments: ["raw", "qcow2", "vmdk", "vdi"], sizes)
    func readsBackWhatWasWritten(format: String, size: Int) throws {
        let scratch = try Scratch()
        let picture = Picture(size: size, seed: UInt64(size))
        let images = QEMUImages()
        let path = scratch.file("disk")
        let sink = try images.create(path: path, format: format, sizeBytes: UInt64(size))
        try picture.write(to: sink)
        try sink.finish()
        #expect(scratch.servers.isEmpty)

        let info = try images.inspect(path: path, format: format)
        #expect(info.format == format)
        #expect(info.backingPath == nil)
        let source = try images.open(path: path, format: format)
        defer { source.close() }
        #expect(source.sizeBytes >= UInt64(size))
        for window in [1 << 20, 4096, 5 << 20] where window != 4096 || size <= 1 << 20 {
            let read = try readAll(source, window: window)
            #expect(isSame(read, 0..<size, picture.bytes, 0..<size))
            #expect(Disks.isZero(read.dropFirst(size)))
        }
        try coversExactly(source, size: size)
        source.close()
        #expect(scratch.servers.isEmpty)
    }

    /// A file may have any length; what is past its end reads as zeros.
    @Test(arguments: [1, 511, 513, 4095, 4097, 1_000_001])
    func rawFilesOfAnyLength(size: Int) throws {
        let scratch = try Scratch()
        let picture = Picture(size: size, seed: 7)
        let sink = try QEMUImages().create(path: scratch.file("disk"), format: "raw", sizeBytes: UInt64(size))
        try picture.write(to: sink)
        try sink.finish()
        let source = try QEMUImages().open(path: scratch.file("disk"), format: "raw")
        #expect(source.sizeBytes == UInt64(size))
        let read = try readAll(source)
        #expect(isSame(read, 0..<size, picture.bytes, 0..<size))
        #expect(Disks.isZero(read.dropFirst(size)))
        try coversExactly(source, size: size)
    }

    private func coversExactly(_ source: any BlockSource, size: Int) throws {
        let reader = try source.makeReader()
        let end = UInt64(size)
        let beyond = end + 10_000
        for range in [0..<end, 0..<beyond, end / 3..<end / 2 + 1, min(1, end)..<end] where !range.isEmpty {
            let extents = try reader.extents(in: range)
            #expect(extents.first?.range.lowerBound == range.lowerBound)
            #expect(extents.last?.range.upperBound == range.upperBound)
            for (a, b) in zip(extents, extents.dropFirst()) {
                #expect(a.range.upperBound == b.range.lowerBound)
                #expect(a.isData != b.isData)
            }
            #expect(extents.allSatisfy { !$0.range.isEmpty })
        }
    }

    /// Jumps back and forth must not meet what was asked for ahead.
    @Test(arguments: ["raw", "qcow2"])
    func readsInAnyOrder(format: String) throws {
        let scratch = try Scratch()
        let size = 20 << 20
        let picture = Picture(size: size, seed: 3)
        let sink = try QEMUImages().create(path: scratch.file("disk"), format: format, sizeBytes: UInt64(size))
        try picture.write(to: sink)
        try sink.finish()
        let source = try QEMUImages().open(path: scratch.file("disk"), format: format)
        defer { source.close() }
        let reader = try source.makeReader()
        _ = try reader.extents(in: 0..<UInt64(size))
        var generator = SystemRandomNumberGenerator()
        for round in 0..<120 {
            if round % 40 == 39 {
                let start = UInt64.random(in: 0..<UInt64(size) / 2, using: &generator)
                _ = try reader.extents(in: start..<start + 5_000_000)
            }
            let offset = Int.random(in: 0..<size, using: &generator)
            let count = Int.random(in: 1...3_000_000, using: &generator)
            var buffer = [UInt8](repeating: 0xEE, count: count)
            try buffer.withUnsafeMutableBytes { try reader.read(at: UInt64(offset), into: $0) }
            let inside = min(count, size - offset)
            #expect(isSame(buffer, 0..<inside, picture.bytes, offset..<offset + inside))
            #expect(Disks.isZero(buffer.dropFirst(inside)))
        }
    }

    @Test func rawStaysSparse() throws {
        let scratch = try Scratch()
        let sink = try QEMUImages().create(path: scratch.file("disk"), format: "raw", sizeBytes: 1 << 40)
        let writer = try sink.makeWriter()
        try [UInt8](repeating: 1, count: 4096).withUnsafeBytes { try writer.write(at: 1 << 39, from: $0) }
        try sink.finish()
        let info = try QEMUImages().inspect(path: scratch.file("disk"), format: "raw")
        #expect(info.virtualSize == 1 << 40)
        #expect(info.actualSize < 1 << 20)
    }

    @Test func readsThroughAChain() throws {
        let scratch = try Scratch()
        let images = QEMUImages()
        let size = 8 << 20
        let picture = Picture(size: size, seed: 11)
        let sink = try images.create(path: scratch.file("base"), format: "qcow2", sizeBytes: UInt64(size))
        try picture.write(to: sink)
        try sink.finish()
        let made = try ChildProcess.run(
            #require(ChildProcess.find("qemu-img")),
            ["create", "-q", "-f", "qcow2", "-b", "base", "-F", "qcow2", scratch.file("top")])
        #expect(made.isSuccess)
        let info = try images.inspect(path: scratch.file("top"), format: nil)
        #expect(info.backingPath == scratch.file("base"))
        let source = try images.open(path: scratch.file("top"), format: "qcow2")
        #expect(try readAll(source) == picture.bytes)
        source.close()
        try Directory.remove(scratch.file("base"), "test")
        #expect(kind { _ = try images.inspect(path: scratch.file("top"), format: nil) } == .failed)
        do {
            _ = try images.open(path: scratch.file("top"), format: "qcow2")
            Issue.record("an image without its base was opened")
        } catch let fault as Fault {
            #expect(fault.kind == .failed)
            #expect(fault.hint?.contains(scratch.file("base")) == true)
        }
    }
}
