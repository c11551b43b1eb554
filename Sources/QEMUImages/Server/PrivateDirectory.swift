import DebVisorCore
import Glibc
import Platform

/// A new directory that only this user can enter.
final class PrivateDirectory: Sendable {
    let path: String

    /// Below `$XDG_RUNTIME_DIR`, `/run` (root), `$TMPDIR` or `/tmp`: the first one that takes it.
    init(_ environment: Environment = .process) throws {
        let places = [environment["XDG_RUNTIME_DIR"], geteuid() == 0 ? "/run" : nil, environment["TMPDIR"], "/tmp"]
        var problem: Int32 = ENOENT
        for place in places.compactMap({ $0 }) where place.hasPrefix("/") && place.utf8.count < 70 {
            var template = Array("\(place)/debvisor-XXXXXX".utf8CString)
            // mkdtemp makes it with mode 0700 and never follows what is there.
            if let made = mkdtemp(&template) {
                path = String(cString: made)
                return
            }
            problem = errno
        }
        throw Fault.system(problem, "make a directory below", "/tmp")
    }

    deinit { remove() }

    func remove() { _ = try? Directory.removeDirectory(path, "socket") }
}
