import DebVisorCore
import Glibc
import Hypervisor
import Platform
import Testing

@testable import QEMUImages

/// Everything here needs Debian's qemu-utils.
let hasTools: Bool = {
    let has = ChildProcess.find("qemu-img") != nil && ChildProcess.find("qemu-nbd") != nil
    if !has { print("SKIPPED: tests of disk images, because qemu-img or qemu-nbd is missing (package qemu-utils)") }
    return has
}()

/// A directory of a test's own, removed with it.
final class Scratch: Sendable {
    let path: String

    init() throws {
        path = "/tmp/debvisor-images-\(UInt64.random(in: .min ... .max))"
        try Directory.create(path, "test")
    }

    deinit { _ = try? ChildProcess.run("/bin/rm", ["-rf", path]) }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Process ids of servers that have an image of this directory open.
    var servers: [pid_t] {
        ((try? Directory.names(in: "/proc")) ?? []).compactMap { pid_t($0) }.filter { pid in
            guard let line = try? File("/proc/\(pid)/cmdline", .read), let text = Self.text(line) else { return false }
            return text.contains("qemu-nbd") && text.contains(path)
        }
    }

    private static func text(_ file: File) -> String? {
        withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 1) { buffer in
            guard let count = try? file.read(into: buffer, at: 0) else { return nil }
            return String(decoding: buffer[..<count], as: UTF8.self)
        }
    }
}

/// A repeatable disk: stretches of random bytes, the rest never written.
struct Picture {
    var bytes: [UInt8]
    var written: [Range<Int>]

    init(size: Int, seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
        bytes = [UInt8](repeating: 0, count: size)
        written = []
        var position = Int(next() % 300_000)
        while position < size {
            let end = min(size, position + 1 + Int(next() % 3_000_000))
            bytes.withUnsafeMutableBytes { buffer in
                var index = position
                while index < end {
                    // No zero byte: what is data must not look like a hole.
                    withUnsafeBytes(of: next() | 0x0101_0101_0101_0101) {
                        let count = min(8, end - index)
                        UnsafeMutableRawBufferPointer(rebasing: buffer[index..<index + count])
                            .copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<count]))
                    }
                    index += 8
                }
            }
            written.append(position..<end)
            position = end + Int(next() % 5_000_000)
        }
    }

    func write(to sink: any BlockSink) throws {
        let parts = written
        let bytes = bytes
        try Worker.run(3) { worker in
            let writer = try sink.makeWriter()
            for index in stride(from: worker, to: parts.count, by: 3) {
                try bytes.withUnsafeBytes {
                    try writer.write(
                        at: UInt64(parts[index].lowerBound), from: UnsafeRawBufferPointer(rebasing: $0[parts[index]]))
                }
            }
        }
    }
}

/// Reads as the backup engine does: extents of 64 MiB, data widened to blocks, windows of 1 MiB; past the end too.
func readAll(_ source: any BlockSource, window: Int = 1 << 20, threads: Int = 2) throws -> [UInt8] {
    let size = Int(source.sizeBytes)
    let padded = (size + 4095) / 4096 * 4096
    let result = Locked([UInt8](repeating: 0, count: padded))
    let region = 4 << 20
    try Worker.run(threads) { thread in
        let reader = try source.makeReader()
        for index in stride(from: thread, to: (padded + region - 1) / region, by: threads) {
            let end = min(padded, (index + 1) * region)
            for extent in try reader.extents(in: UInt64(index * region)..<UInt64(end)) where extent.isData {
                var offset = Int(extent.range.lowerBound) / 4096 * 4096
                let stop = (Int(extent.range.upperBound) + 4095) / 4096 * 4096
                while offset < stop {
                    let count = min(window, stop - offset)
                    var buffer = [UInt8](repeating: 0xEE, count: count)
                    try buffer.withUnsafeMutableBytes { try reader.read(at: UInt64(offset), into: $0) }
                    let start = offset
                    result.withLock { $0.replaceSubrange(start..<start + count, with: buffer) }
                    offset += count
                }
            }
        }
    }
    return result.withLock { $0 }
}

/// The kind of the fault that `body` throws.
func kind(_ body: () throws -> Void) -> Fault.Kind? {
    do {
        try body()
        return nil
    } catch {
        return (error as? Fault)?.kind
    }
}

/// Compares fast, which `==` on arrays is not in a debug build.
func isSame(_ a: [UInt8], _ aRange: Range<Int>, _ b: [UInt8], _ bRange: Range<Int>) -> Bool {
    guard aRange.count == bRange.count else { return false }
    return a.withUnsafeBytes { a in
        b.withUnsafeBytes { b in
            guard let first = a.baseAddress, let second = b.baseAddress else { return true }
            return memcmp(first + aRange.lowerBound, second + bRange.lowerBound, aRange.count) == 0
        }
    }
}
