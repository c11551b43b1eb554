import DebVisorCore
import Hypervisor
import Platform

/// A disk behind an NBD server; every reader has a connection of its own.
final class NBDSource: ClosableBlockSource {
    let sizeBytes: UInt64
    private let socketPath: String
    private let exportName: String
    private let timeout: Duration
    private let isOpen = Locked(true)

    /// - Throws: as `NBDConnection`.
    init(socketPath: String, exportName: String, timeout: Duration) throws {
        self.socketPath = socketPath
        self.exportName = exportName
        self.timeout = timeout
        sizeBytes = try NBDConnection(socketPath: socketPath, exportName: exportName, timeout: timeout).size
    }

    func makeReader() throws -> any BlockReader {
        guard isOpen.withLock({ $0 }) else { throw Fault(.failed, "'\(socketPath)' was closed") }
        return NBDReader(try NBDConnection(socketPath: socketPath, exportName: exportName, timeout: timeout))
    }

    func close() { isOpen.withLock { $0 = false } }
}
