import DebVisorCore
package import Hypervisor
import Platform

/// Disk images by QEMU's own tools (`qemu-img`, `qemu-nbd` of Debian's qemu-utils) and NBD through libnbd.
package struct QEMUImages: DiskImages {
    /// Bounds the answer to every single request of a server.
    let timeout: Duration

    package init(timeout: Duration = .seconds(30)) { self.timeout = timeout }

    package func isInUse(path: String) throws -> Bool {
        do {
            return try ImageLock.isHeld(File(path, .read))
        } catch let fault as Fault where fault.kind == .notFound {
            return false
        }
    }

    package func open(path: String, format: String) throws -> any ClosableBlockSource {
        let path = Directory.absolute(path)
        if format == "raw" { return try RawSource(path) }
        return try ImageServerSource(path: path, format: format, timeout: timeout)
    }

    package func open(path: String, format: String, changesIn bitmaps: [String]) throws -> any ClosableBlockSource {
        if bitmaps.isEmpty { return try open(path: path, format: format) }
        return try ImageServerSource(
            path: Directory.absolute(path), format: format, bitmaps: bitmaps, timeout: timeout)
    }

    package func removeBitmap(_ name: String, from path: String) throws {
        let path = Directory.absolute(path)
        let image = try inspect(path: path, format: nil)
        guard image.bitmaps.contains(where: { $0.name == name }) else {
            throw Fault(.notFound, "'\(path)' has no bitmap '\(name)'")
        }
        if try isInUse(path: path) {
            throw Fault(
                .conflict, "'\(path)' is open in another process", hint: "stop the machine that uses it, or wait")
        }
        let result = try ChildProcess.run(
            Self.tool("qemu-img"), ["bitmap", "--remove", "-f", image.format, path, name])
        guard result.isSuccess else {
            throw Fault(.failed, "cannot remove the bitmap '\(name)' of '\(path)'", cause: result.complaint)
        }
    }

    package func open(export: DiskExport) throws -> any ClosableBlockSource {
        try NBDSource(
            socketPath: export.socketPath, exportName: export.exportName, bitmap: export.bitmap,
            timeout: timeout)
    }

    package func create(path: String, format: String, sizeBytes: UInt64) throws -> any BlockSink {
        let path = Directory.absolute(path)
        if format == "raw" { return try RawSink(path, sizeBytes: sizeBytes) }
        return try ImageServerSink(path: path, format: format, sizeBytes: sizeBytes, timeout: timeout)
    }

    /// - Throws: `unavailable` with the package that has the tool.
    static func tool(_ name: String) throws -> String {
        guard let path = ChildProcess.find(name) else {
            throw Fault(.unavailable, "cannot find the program '\(name)'", hint: "install the package qemu-utils")
        }
        return path
    }
}
