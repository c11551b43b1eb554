import DebVisorCore
import Platform

/// Tells a job whose debvisor reads it from one that was left behind: a file beside the socket, locked as long as the
/// process lives. The kernel ends the lock even after `kill -9`, and it holds across containers, where process ids lie.
enum JobOwnership {
    /// - Throws: `denied` if we may not make files beside the socket; then we could not connect to it either.
    static func claim(_ socketPath: String) throws -> File {
        let file = try File(path(socketPath), .create)
        guard try file.tryLock() else { throw Fault(.conflict, "'\(file.path)' is locked by another process") }
        return file
    }

    /// Whether a job's socket is one of ours and nobody holds it any more.
    static func isAbandoned(_ socketPath: String) -> Bool {
        guard Directory.name(of: socketPath).hasPrefix(BackupSocket.prefix) else { return false }
        // What we may not look at is somebody's.
        guard Directory.exists(path(socketPath)) else { return Directory.exists(socketPath) }
        return (try? File(path(socketPath), .readWrite).tryLock()) ?? false
    }

    static func release(_ socketPath: String) { _ = try? Directory.remove(path(socketPath)) }

    private static func path(_ socketPath: String) -> String { socketPath + ".lock" }
}
