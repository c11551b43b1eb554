import DebVisorCore
import Glibc
import Platform

/// One stream of a command: a named pipe, and the spool that it is emptied into.
///
/// The pipe has a name so that another supervisor can take over. The command holds both ends, so it is never ended by
/// SIGPIPE when its supervisor dies; it waits until somebody reads on.
final class RunStream {
    /// Not blocking.
    let readEnd: Int32
    private(set) var spool: OutputSpool
    private(set) var isOpen = true
    private let path: String

    /// - Parameter isNew: whether the pipe is to be made.
    init(_ files: RunFiles, _ stream: RunOutput.Stream, isNew: Bool) throws {
        path = files.pipe(stream)
        let path = path
        if isNew {
            try Directory.remove(path, "run-pipe")
            try DiskStep.perform(.create, "run-pipe", .create(path)) {
                guard mkfifo(path, 0o600) == 0 else { throw Fault.system(errno, "create", path) }
            }
        }
        spool = try OutputSpool(files.spool(stream))
        readEnd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard readEnd >= 0 else { throw Fault.system(errno, "open", path) }
    }

    deinit { close(readEnd) }

    /// What the command gets; to be closed once it has it.
    func openWriteEnd(for account: RunAccount?) throws -> Int32 {
        // Programs open /dev/stdout anew, and need the right to.
        if let account, geteuid() == 0 { _ = chown(path, account.userID, account.groupID) }
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw Fault.system(errno, "open", path) }
        return descriptor
    }

    /// Takes over what is in the pipe. At its end, when nobody holds it any more, `isOpen` turns false.
    func drain() {
        withUnsafeTemporaryAllocation(byteCount: 65536, alignment: 16) { buffer in
            // A bounded number of rounds: a command that writes without end must not keep us from its time limit.
            for _ in 0..<16 where isOpen {
                let got = Glibc.read(readEnd, buffer.baseAddress, buffer.count)
                if got < 0 {
                    if errno == EINTR { continue }
                    if errno != EAGAIN { isOpen = false }
                    return
                }
                if got == 0 { isOpen = false } else { spool.append(UnsafeRawBufferPointer(rebasing: buffer[..<got])) }
            }
        }
    }
}
