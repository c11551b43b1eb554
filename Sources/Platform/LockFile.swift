import DebVisorCore
import Glibc

/// A file that exists to be locked: between processes and between the threads of one (`flock(2)`).
///
/// The lock ends with this object's last owner or with the process. The file stays behind, because
/// removing it would let two holders lock two files of one name.
package final class LockFile: Sendable {
    private let descriptor: Int32

    /// Creates the file if need be and waits for its lock.
    /// - Throws: `denied`, or `timeout` if somebody else held it for all of `seconds`.
    package init(_ path: String, waitingAtMost seconds: Int) throws {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Fault.system(errno, "open", path) }
        let deadline = ContinuousClock.now + .seconds(seconds)
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            let code = errno
            guard code == EWOULDBLOCK || code == EINTR else {
                close(file)
                throw Fault.system(code, "lock", path)
            }
            guard ContinuousClock.now < deadline else {
                close(file)
                throw Fault(
                    .timeout, "'\(path)' stayed locked for \(seconds) s",
                    hint: "another debvisor holds it; see who with 'fuser \(path)'")
            }
            usleep(2000)
        }
        descriptor = file
    }

    deinit { close(descriptor) }
}
