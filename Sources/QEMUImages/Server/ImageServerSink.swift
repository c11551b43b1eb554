import DebVisorCore
import Glibc
import Hypervisor
import Platform

/// A new image of any format of QEMU, written through a `qemu-nbd` of our own.
final class ImageServerSink: BlockSink {
    private let path: String
    private let server: ImageServer
    private let timeout: Duration
    private let isOpen = Locked(true)

    /// - Throws: `conflict` if the path exists, `unavailable` (no qemu-utils), `failed` (no such format).
    init(path: String, format: String, sizeBytes: UInt64, timeout: Duration) throws {
        self.path = path
        self.timeout = timeout
        // Ours before qemu-img sees it: it would overwrite, and make the file readable for others.
        _ = try File.create(path, "restore")
        do {
            let result = try ChildProcess.run(
                QEMUImages.tool("qemu-img"), ["create", "-q", "-f", format, "--", path, String(sizeBytes)])
            guard result.isSuccess else {
                throw Fault(.failed, "cannot create '\(path)' as \(format)", cause: result.complaint)
            }
            server = try ImageServer(
                imagePath: path, format: format,
                options: ["--cache=writeback", "--discard=unmap", "--detect-zeroes=off"])
            do {
                _ = try server.connect(timeout: timeout)
            } catch {
                server.stop()
                throw error
            }
        } catch {
            _ = try? Directory.remove(path, "restore")
            throw error
        }
    }

    func makeWriter() throws -> any BlockWriter {
        guard isOpen.withLock({ $0 }) else { throw Fault(.failed, "'\(path)' was closed") }
        return NBDWriter(try NBDConnection(socketPath: server.socketPath, exportName: "", timeout: timeout))
    }

    func finish() throws {
        guard isOpen.withLock({ $0 }) else { throw Fault(.failed, "'\(path)' was closed") }
        defer { abandon() }
        // One flush covers what every connection wrote: the server has one image.
        try NBDConnection(socketPath: server.socketPath, exportName: "", timeout: .seconds(600)).flush()
        guard server.stop(patience: .seconds(600)) else {
            throw Fault(.failed, "qemu-nbd did not close '\(path)' in good order")
        }
        try File(path, .readWrite).synchronize("restore")
        try Directory.synchronize(Directory.parent(of: path) ?? "/", "restore")
    }

    func abandon() {
        isOpen.withLock { $0 = false }
        server.stop()
    }
}
