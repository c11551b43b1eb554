package import DebVisorCore
import Glibc

extension Fault {
    /// A failed system call in a person's words: what we were doing to which path, and what the system said.
    package static func system(_ code: Int32, _ doing: String, _ path: String) -> Fault {
        let text = String(cString: strerror(code))
        let message = "cannot \(doing) '\(path)'"
        switch code {
        case ENOENT, ENOTDIR:
            return Fault(.notFound, message, hint: "check the path", cause: text)
        case EACCES, EPERM, EROFS:
            return Fault(.denied, message, hint: "run as a user who may, or change the permissions", cause: text)
        case ENOSPC, EDQUOT, EFBIG:
            return Fault(.failed, message, hint: "free some space there and run the command again", cause: text)
        case EEXIST, ENOTEMPTY, EBUSY, ETXTBSY:
            return Fault(.conflict, message, cause: text)
        case ETIMEDOUT:
            return Fault(.timeout, message, cause: text)
        case EMFILE, ENFILE, ENOMEM, EAGAIN:
            return Fault(.unavailable, message, hint: "the system is short of a resource; try again", cause: text)
        default:
            return Fault(.failed, message, cause: text)
        }
    }
}
