import DebVisorCore
import Hypervisor
import Platform

/// A disk behind an NBD server; every reader has a connection of its own.
final class NBDSource: ClosableBlockSource {
    let sizeBytes: UInt64
    private let socketPath: String
    private let exportName: String
    private let bitmap: String?
    private let timeout: Duration
    private let isOpen = Locked(true)

    var tracksChanges: Bool { bitmap != nil }

    /// - Parameter bitmap: marks what changed.
    /// - Throws: as `NBDConnection`; `attention` if the server does not offer the bitmap.
    init(socketPath: String, exportName: String, bitmap: String? = nil, timeout: Duration) throws {
        self.socketPath = socketPath
        self.exportName = exportName
        self.bitmap = bitmap
        self.timeout = timeout
        sizeBytes = try NBDConnection(socketPath: socketPath, exportName: exportName, timeout: timeout).size
        if let bitmap {
            _ = try NBDConnection(bitmap: bitmap, socketPath: socketPath, exportName: exportName, timeout: timeout)
        }
    }

    func makeReader() throws -> any BlockReader {
        guard isOpen.withLock({ $0 }) else { throw Fault(.failed, "'\(socketPath)' was closed") }
        let connection = try NBDConnection(socketPath: socketPath, exportName: exportName, timeout: timeout)
        let bitmaps = try bitmap.map {
            try NBDConnection(bitmap: $0, socketPath: socketPath, exportName: exportName, timeout: timeout)
        }
        return NBDReader(connection, bitmaps: bitmaps.map { [$0] } ?? [])
    }

    func close() { isOpen.withLock { $0 = false } }
}

extension NBDConnection {
    /// A connection that is asked only what a bitmap marks: the answer costs the server no look at the disk.
    /// - Throws: `attention` if the server does not offer the bitmap. Silence must never be taken for "nothing changed".
    convenience init(bitmap: String, socketPath: String, exportName: String, timeout: Duration) throws {
        try self.init(
            socketPath: socketPath, exportName: exportName, timeout: timeout, context: Self.bitmap(bitmap))
        guard knowsContext else {
            throw Fault(.attention, "the server of the disk does not offer the bitmap '\(bitmap)'")
        }
    }
}
