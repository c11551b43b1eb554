import DebVisorCore
import Hypervisor
import Platform

/// An image of any format of QEMU, read through a `qemu-nbd` of our own.
final class ImageServerSource: ClosableBlockSource {
    let sizeBytes: UInt64
    private let server: ImageServer
    /// One a bitmap: qemu-nbd offers no more.
    private let bitmapServers: [(bitmap: String, server: ImageServer)]
    var socketPath: String { server.socketPath }
    private let timeout: Duration

    var tracksChanges: Bool { !bitmapServers.isEmpty }

    /// - Parameter bitmaps: of the image, which together mark what changed.
    /// - Throws: `notFound`, `denied`, `conflict` (a machine writes to it), `failed` (no such image), `unavailable`,
    ///   `attention` (no such bitmap).
    init(path: String, format: String, bitmaps: [String] = [], timeout: Duration) throws {
        let file = try File(path, .read)
        try ImageLock.refuseWriter(file)
        // Finds a missing image below, which qemu-nbd would tell in text only.
        let image = try QEMUImages(timeout: timeout).inspect(path: path, format: format)
        try Self.check(bitmaps, of: image)
        self.timeout = timeout
        server = try ImageServer(imagePath: path, format: format, options: ["--read-only"])
        var others: [(String, ImageServer)] = []
        do {
            sizeBytes = try server.connect(timeout: timeout).size
            for bitmap in bitmaps {
                let other = try ImageServer(
                    imagePath: path, format: format, options: ["--read-only", "--bitmap=\(bitmap)"])
                others.append((bitmap, other))
                _ = try other.connect(timeout: timeout)
                _ = try Self.connection(bitmap, other, timeout)
            }
            bitmapServers = others
        } catch {
            server.stop()
            for (_, other) in others { other.stop() }
            throw error
        }
    }

    /// - Throws: `attention` unless each bitmap is there and was closed in good order.
    private static func check(_ bitmaps: [String], of image: ImageInfo) throws {
        for name in bitmaps {
            guard let bitmap = image.bitmaps.first(where: { $0.name == name }) else {
                throw Fault(.attention, "'\(image.path)' has no bitmap '\(name)'")
            }
            if bitmap.isInUse {
                throw Fault(.attention, "the bitmap '\(name)' of '\(image.path)' is broken, as after a power cut")
            }
        }
    }

    private static func connection(_ bitmap: String, _ server: ImageServer, _ timeout: Duration) throws -> NBDConnection
    {
        try NBDConnection(bitmap: bitmap, socketPath: server.socketPath, exportName: "", timeout: timeout)
    }

    func makeReader() throws -> any BlockReader {
        NBDReader(
            try NBDConnection(socketPath: server.socketPath, exportName: "", timeout: timeout),
            bitmaps: try bitmapServers.map { try Self.connection($0.bitmap, $0.server, timeout) })
    }

    func close() {
        server.stop()
        for (_, other) in bitmapServers { other.stop() }
    }
}
