import DebVisorCore
import Foundation
import Platform
import Testing

/// A directory of a test's own, gone with it.
final class Scratch: Sendable {
    let path: String
    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/debvisor-test-\(UUID().uuidString)"
        try Directory.create(path, "test")
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
    func callAsFunction(_ name: String) -> String { "\(path)/\(name)" }
}

@Suite struct FileTests {
    @Test func `a durable write replaces the whole file or nothing`() throws {
        let scratch = try Scratch()
        try DurableFile.write(Array("old".utf8), to: scratch("f"), "test")
        try DurableFile.write(Array("new and longer".utf8), to: scratch("f"), "test")
        #expect(try DurableFile.read(scratch("f")) == Array("new and longer".utf8))
        #expect(throws: Fault.self) { try DurableFile.write([1], to: scratch("missing/f"), "test") }
        // The place of the new name is a directory: the old content and no temporary file stay.
        try Directory.create(scratch("d"), "test")
        #expect(throws: Fault.self) { try DurableFile.write([1], to: scratch("d"), "test") }
        #expect(try Directory.names(in: scratch.path) == ["d", "f"])
    }

    @Test func `a file that is made anew replaces none`() throws {
        let scratch = try Scratch()
        #expect(try DurableFile.create([1], at: scratch("key"), "test"))
        #expect(try !DurableFile.create([2], at: scratch("key"), "test"))
        #expect(try DurableFile.read(scratch("key")) == [1])
        #expect(try Directory.names(in: scratch.path) == ["key"])
    }

    @Test func `secrets are for their owner alone`() throws {
        let scratch = try Scratch()
        try DurableFile.write([1], to: scratch("key"), "test")
        try Directory.create(scratch("a/b/c"), "test")
        #expect(try FileStatus(of: scratch("key")).mode == 0o600)
        #expect(try FileStatus(of: scratch("a/b")).mode == 0o700)
    }

    @Test func `what does not fit the limit is refused`() throws {
        let scratch = try Scratch()
        try DurableFile.write([UInt8](repeating: 1, count: 100), to: scratch("f"), "test")
        #expect { _ = try DurableFile.read(scratch("f"), limit: 99) } throws: { ($0 as? Fault)?.kind == .attention }
        #expect { _ = try DurableFile.read(scratch("none")) } throws: { ($0 as? Fault)?.kind == .notFound }
    }

    @Test func `reads and writes are positioned and complete`() throws {
        let scratch = try Scratch()
        let file = try File.create(scratch("f"), "test")
        try [UInt8](repeating: 7, count: 10).withUnsafeBytes { try file.write($0, at: 1_000_000, "test") }
        #expect(try file.size == 1_000_010)
        #expect(try file.bytes(at: 999_999, count: 3) == [0, 7, 7])
        #expect { _ = try file.bytes(at: 1_000_005, count: 6) } throws: { ($0 as? Fault)?.kind == .attention }
        #expect(throws: Fault.self) { _ = try File.create(scratch("f"), "test") }
        #expect(try file.isStillNamed)
        try Directory.rename(scratch("f"), to: scratch("g"), "test")
        #expect(try !file.isStillNamed)
    }

    @Test func `a lock belongs to the open file and ends with it`() throws {
        let scratch = try Scratch()
        var first: File? = try File.create(scratch("f"), "test")
        let second = try File(scratch("f"), .readWrite)
        #expect(try first?.tryLock() == true)
        #expect(try !second.tryLock())
        #expect(try second.isLocked(in: 0..<10))
        first = nil
        #expect(try second.tryLock())
    }

    @Test func `a file of direct I/O takes aligned writes`() throws {
        let scratch = try Scratch()
        let file = try File.create(scratch("f"), isDirect: true, "test")
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 8192, alignment: 4096)
        defer { block.deallocate() }
        for index in block.indices { block[index] = UInt8(truncatingIfNeeded: index) }
        try file.write(UnsafeRawBufferPointer(block), at: 4096, "test")
        #expect(try File(scratch("f"), .read).bytes(at: 4096, count: 8192) == Array(block))
    }

    @Test(arguments: [
        ("/a/b", "/a"), ("/a", "/"), ("/", "/"), ("a", "."), ("a/b/", "a"),
    ])
    func `the parent of a path`(path: String, parent: String) {
        #expect(Directory.parent(of: path) == parent)
    }
}
