import CSystem
import DebVisorCore
import Glibc
import Platform

/// A `qemu-nbd` of our own for one image, on a socket that only we can reach. It ends with this object or this process.
final class ImageServer: Sendable {
    let socketPath: String
    private let directory: PrivateDirectory
    private let process: ChildProcess
    private let errors: Pipe
    private let imagePath: String

    /// - Parameter options: between the program and the image.
    /// - Throws: `unavailable` (no qemu-nbd), or why no socket can be made.
    init(imagePath: String, format: String, options: [String]) throws {
        let program = try QEMUImages.tool("qemu-nbd")
        self.imagePath = imagePath
        directory = try PrivateDirectory()
        socketPath = directory.path + "/nbd.sock"
        // The socket is ours and the server inherits it: it can be connected to at once, and nobody polls for a file.
        let listener = dv_listen_unix(socketPath, 64)
        guard listener >= 0 else { throw Fault.system(-listener, "make socket", socketPath) }
        // When the server ends, the last copy goes and every connection fails.
        defer { close(listener) }
        errors = try Pipe()
        process = try ChildProcess(
            program, ["--format=\(format)", "--persistent", "--shared=0"] + options + ["--", imagePath],
            descriptors: [nil, errors.writeEnd, errors.writeEnd, listener],
            variables: ["LISTEN_PID": String(repeating: " ", count: 16), "LISTEN_FDS": "1"])
        errors.closeWriteEnd()
    }

    deinit { stop() }

    /// Opens the first connection; if the server could not start, says why.
    func connect(timeout: Duration) throws -> NBDConnection {
        do {
            return try NBDConnection(socketPath: socketPath, exportName: "", timeout: timeout)
        } catch let fault as Fault {
            guard process.wait(within: .seconds(1)) != nil else { throw fault }
            let complaint = String(decoding: errors.available(), as: UTF8.self).split(whereSeparator: \.isNewline).last
            if let file = try? File(imagePath, .read) { try ImageLock.refuseWriter(file) }
            throw Fault(
                .failed, "qemu-nbd cannot open '\(imagePath)'", hint: "check it with 'qemu-img check'",
                cause: complaint.map(String.init) ?? fault.cause)
        }
    }

    /// Ends the server and waits for it; safe to call twice.
    /// - Returns: true if it ended in good order.
    @discardableResult
    func stop(patience: Duration = .seconds(10)) -> Bool {
        let end = process.end(patience: patience)
        _ = try? Directory.remove(socketPath, "socket")
        directory.remove()
        return end == .status(0)
    }
}
