import DebVisorCore
import Foundation
import Hypervisor
import Platform
import Testing

@testable import QEMUImages

@Suite struct RawSinkTests {
    /// Writes that begin, end and lie in memory anywhere, and a disk that ends anywhere.
    @Test(arguments: [0, 1, 511, 512, 4095, 4096, 4097, 1 << 20, (1 << 20) + 513])
    func `what is written is there, aligned or not`(size: Int) throws {
        let path = FileManager.default.temporaryDirectory.path + "/debvisor-sink-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let sink = try RawSink(path, sizeBytes: UInt64(size))
        let writer = try sink.makeWriter()
        var expected = [UInt8](repeating: 0, count: size)
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: size + 8192, alignment: 4096)
        defer { memory.deallocate() }
        for index in memory.indices { memory[index] = UInt8(truncatingIfNeeded: index &* 31 &+ index >> 9) }
        for (start, length, shift) in [
            (0, 9000, 0), (4096, 8192, 0), (12288, 5000, 0), (20481, 4096, 0), (65536, size, 0), (40960, 8192, 1),
        ] {
            guard start < size else { continue }
            let count = min(length, size - start)
            let bytes = UnsafeRawBufferPointer(rebasing: memory[shift..<shift + count])
            try writer.write(at: UInt64(start), from: bytes)
            expected.replaceSubrange(start..<start + count, with: bytes)
        }
        try sink.finish()
        #expect(try DurableFile.read(path) == expected)
        #expect(try FileStatus(of: path).mode == 0o600)
    }
}
