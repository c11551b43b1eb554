import DebVisorCore
import Hypervisor
import Platform

/// An image of any format of QEMU, read through a `qemu-nbd` of our own.
final class ImageServerSource: ClosableBlockSource {
    let sizeBytes: UInt64
    private let server: ImageServer
    var socketPath: String { server.socketPath }
    private let timeout: Duration

    /// - Throws: `notFound`, `denied`, `conflict` (a machine writes to it), `failed` (no such image), `unavailable`.
    init(path: String, format: String, timeout: Duration) throws {
        let file = try File(path, .read)
        try ImageLock.refuseWriter(file)
        // Finds a missing image below, which qemu-nbd would tell in text only.
        _ = try QEMUImages(timeout: timeout).inspect(path: path, format: format)
        self.timeout = timeout
        server = try ImageServer(imagePath: path, format: format, options: ["--read-only"])
        do {
            sizeBytes = try server.connect(timeout: timeout).size
        } catch {
            server.stop()
            throw error
        }
    }

    func makeReader() throws -> any BlockReader {
        NBDReader(try NBDConnection(socketPath: server.socketPath, exportName: "", timeout: timeout))
    }

    func close() { server.stop() }
}
