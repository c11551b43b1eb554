import DebVisorCore
import Glibc
import Hypervisor
import Platform
import Testing

@testable import QEMUImages

/// A qcow2 image whose bitmaps record what is written, as those of a running machine do.
struct RecordingDisk {
    let scratch: Scratch
    let size: UInt64
    let granularity: UInt64
    var path: String { scratch.file("disk.qcow2") }

    init(size: UInt64, granularity: UInt64 = 65_536, bitmaps: [String]) throws {
        scratch = try Scratch()
        self.size = size
        self.granularity = granularity
        try tool("create", "-q", "-f", "qcow2", path, String(size))
        for name in bitmaps { try add(name) }
    }

    func add(_ bitmap: String) throws { try tool("bitmap", "--add", "-g", String(granularity), path, bitmap) }

    func tool(_ arguments: String...) throws {
        let result = try ChildProcess.run(#require(ChildProcess.find("qemu-img")), arguments)
        try #require(result.isSuccess, "\(result.complaint)")
    }

    func bitmap(_ name: String, isInUse: Bool) -> ImageBitmap {
        ImageBitmap(name: name, granularity: granularity, isInUse: isInUse, isRecording: true)
    }

    /// Writes and closes in good order.
    func write(_ ranges: [Range<UInt64>]) throws {
        let server = try ImageServer(imagePath: path, format: "qcow2", options: ["--cache=unsafe"])
        try write(ranges, server)
        #expect(server.stop())
    }

    /// Writes and ends as a machine does whose host loses power.
    func killWhileWriting(_ ranges: [Range<UInt64>]) throws {
        let server = try ImageServer(imagePath: path, format: "qcow2", options: [])
        try write(ranges, server)
        for pid in scratch.servers { kill(pid, SIGKILL) }
        #expect(!server.stop())
    }

    private func write(_ ranges: [Range<UInt64>], _ server: ImageServer) throws {
        let connection = try server.connect(timeout: .seconds(60))
        let bytes = [UInt8](repeating: 0xA5, count: ranges.map(\.count).max() ?? 0)
        try bytes.withUnsafeBytes { buffer in
            let start = try #require(buffer.baseAddress)
            var cookies: [Int64] = []
            for range in ranges {
                cookies.append(try connection.startWrite(start, range.count, at: range.lowerBound))
                if cookies.count == 16 { try connection.complete(cookies.removeFirst(), "write") }
            }
            for cookie in cookies { try connection.complete(cookie, "write") }
        }
        try connection.flush()
    }

    /// What a bitmap says of these ranges, which are in order: whole granules, neighbours joined.
    func rounded(_ ranges: [Range<UInt64>]) -> [Range<UInt64>] {
        ranges.reduce(into: []) { list, range in
            let start = range.lowerBound / granularity * granularity
            let end = min((range.upperBound + granularity - 1) / granularity * granularity, size)
            if let last = list.last, last.upperBound >= start {
                list[list.count - 1] = last.lowerBound..<end
            } else {
                list.append(start..<end)
            }
        }
    }
}
