import DebVisorCore
import Glibc
import Hypervisor
import Platform
import Testing

@testable import QEMUImages

/// <sys/fsuid.h> is not in Swift's module of the C library.
@_silgen_name("setfsuid") private func setFileSystemUser(_ user: UInt32) -> Int32

@Suite(.enabled(if: hasTools, "no qemu-img or qemu-nbd (package qemu-utils)"), .serialized) struct ImageFaultTests {
    let images = QEMUImages(timeout: .seconds(20))

    @Test func missingFile() throws {
        #expect(kind { _ = try images.inspect(path: "/nonexistent/x", format: nil) } == .notFound)
        for format in ["raw", "qcow2"] {
            #expect(kind { _ = try images.open(path: "/nonexistent/x", format: format) } == .notFound)
        }
    }

    @Test func notAnImage() throws {
        let scratch = try Scratch()
        try DurableFile.write([UInt8](repeating: 65, count: 100_000), to: scratch.file("text"), "test")
        #expect(kind { _ = try images.inspect(path: scratch.file("text"), format: "qcow2") } == .failed)
        #expect(kind { _ = try images.open(path: scratch.file("text"), format: "qcow2") } == .failed)
        #expect(kind { _ = try images.open(path: scratch.path, format: "raw") } != nil)
        #expect(scratch.servers.isEmpty)
    }

    @Test func whoHoldsAnImageIsSeen() throws {
        let scratch = try Scratch()
        #expect(try !images.isInUse(path: scratch.file("nothing")))
        try DurableFile.write([UInt8](repeating: 1, count: 8192), to: scratch.file("x"), "test")
        #expect(try !images.isInUse(path: scratch.file("x")))
        let source = try images.open(path: scratch.file("x"), format: "raw")
        #expect(try images.isInUse(path: scratch.file("x")))
        source.close()
        #expect(try !images.isInUse(path: scratch.file("x")))
    }

    @Test func unknownFormat() throws {
        let scratch = try Scratch()
        #expect(kind { _ = try images.create(path: scratch.file("x"), format: "nonsense", sizeBytes: 4096) } == .failed)
        #expect(!Directory.exists(scratch.file("x")))
    }

    @Test(arguments: ["raw", "qcow2"])
    func existingFileIsNotTouched(format: String) throws {
        let scratch = try Scratch()
        try DurableFile.write(Array("precious".utf8), to: scratch.file("x"), "test")
        #expect(kind { _ = try images.create(path: scratch.file("x"), format: format, sizeBytes: 4096) } == .conflict)
        #expect(try DurableFile.read(scratch.file("x")) == Array("precious".utf8))
    }

    /// As another user, on a thread of its own: the file system's user id belongs to the thread.
    @Test(.enabled(if: geteuid() == 0, "only root can become another user")) func noPermission() throws {
        let scratch = try Scratch()
        try DurableFile.write([UInt8](repeating: 0, count: 4096), to: scratch.file("secret"), "test")
        let images = images
        let path = scratch.file("secret")
        let kinds = Locked<[Fault.Kind?]>([])
        try Worker.run(1) { _ in
            _ = setFileSystemUser(65534)
            let seen = [
                kind { _ = try images.inspect(path: path, format: nil) },
                kind { _ = try images.open(path: path, format: "raw") },
                kind { _ = try images.open(path: path, format: "qcow2") },
                kind { _ = try images.create(path: path + "2", format: "raw", sizeBytes: 1) },
            ]
            kinds.withLock { $0 = seen }
        }
        #expect(kinds.withLock { $0 } == [.denied, .denied, .denied, .denied])
    }

    @Test(arguments: ["raw", "qcow2"])
    func anImageThatIsWrittenToIsAConflict(format: String) throws {
        let scratch = try Scratch()
        let path = scratch.file("disk")
        try images.create(path: path, format: format, sizeBytes: 1 << 20).finish()
        let writer = try ImageServer(imagePath: path, format: format, options: [])
        _ = try writer.connect(timeout: .seconds(20))
        #expect(kind { _ = try images.open(path: path, format: format) } == .conflict)
        _ = try images.inspect(path: path, format: format)
        writer.stop()
        let source = try images.open(path: path, format: format)
        // And while we read, nobody starts to write.
        let late = try ImageServer(imagePath: path, format: format, options: [])
        #expect(kind { _ = try late.connect(timeout: .seconds(20)) } != nil)
        late.stop()
        source.close()
    }

    @Test func serverDiesInTheMiddle() throws {
        let scratch = try Scratch()
        let path = scratch.file("disk")
        let sink = try images.create(path: path, format: "qcow2", sizeBytes: 24 << 20)
        try Picture(size: 24 << 20, seed: 5).write(to: sink)
        try sink.finish()
        let source = try images.open(path: path, format: "qcow2")
        let reader = try source.makeReader()
        _ = try reader.extents(in: 0..<24 << 20)
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        try buffer.withUnsafeMutableBytes { try reader.read(at: 0, into: $0) }
        #expect(scratch.servers.count == 1)
        for pid in scratch.servers { kill(pid, SIGKILL) }
        var seen: Fault.Kind?
        for offset in stride(from: 1 << 20, to: 24 << 20, by: 1 << 20) where seen == nil {
            seen = kind { try buffer.withUnsafeMutableBytes { try reader.read(at: UInt64(offset), into: $0) } }
        }
        #expect(seen == .unavailable)
        #expect(kind { _ = try reader.extents(in: 0..<4096) } == .unavailable)
        #expect(kind { _ = try source.makeReader() } == .unavailable)
        source.close()
        source.close()
        #expect(scratch.servers.isEmpty)
    }

    @Test func serverThatStopsIsATimeout() throws {
        let scratch = try Scratch()
        let path = scratch.file("disk")
        let impatient = QEMUImages(timeout: .milliseconds(300))
        try images.create(path: path, format: "qcow2", sizeBytes: 1 << 20).finish()
        let source = try images.open(path: path, format: "qcow2")
        let pid = try #require(scratch.servers.first)
        let server = try #require(source as? ImageServerSource)
        let export = DiskExport(target: "vda", socketPath: server.socketPath, exportName: "")
        let second = try images.open(export: export)
        _ = second.sizeBytes
        kill(pid, SIGSTOP)
        #expect(kind { _ = try impatient.open(export: export) } == .timeout)
        kill(pid, SIGCONT)
        source.close()
        #expect(scratch.servers.isEmpty)
    }

    @Test func nobodyListens() {
        let export = DiskExport(target: "vda", socketPath: "/nonexistent/sock", exportName: "vda")
        #expect(kind { _ = try images.open(export: export) } == .unavailable)
    }

    @Test func unknownExport() throws {
        let scratch = try Scratch()
        let path = scratch.file("disk")
        try images.create(path: path, format: "qcow2", sizeBytes: 1 << 20).finish()
        let source = try #require(try images.open(path: path, format: "qcow2") as? ImageServerSource)
        defer { source.close() }
        let export = DiskExport(target: "vda", socketPath: source.socketPath, exportName: "other")
        #expect(kind { _ = try images.open(export: export) } == .unavailable)
    }

    @Test(arguments: ["raw", "qcow2"])
    func anAbandonedSinkLeavesNothingRunning(format: String) throws {
        let scratch = try Scratch()
        let sink = try images.create(path: scratch.file("disk"), format: format, sizeBytes: 1 << 20)
        let writer = try sink.makeWriter()
        try [UInt8](repeating: 1, count: 4096).withUnsafeBytes { try writer.write(at: 0, from: $0) }
        sink.abandon()
        #expect(scratch.servers.isEmpty)
        #expect(kind { _ = try sink.makeWriter() } != nil)
        #expect(kind { try sink.finish() } != nil)
    }

    @Test func newFilesArePrivate() throws {
        let scratch = try Scratch()
        for format in ["raw", "qcow2"] {
            try images.create(path: scratch.file(format), format: format, sizeBytes: 1 << 20).finish()
            var info = stat()
            #expect(stat(scratch.file(format), &info) == 0)
            #expect(info.st_mode & 0o777 == 0o600)
        }
    }
}
