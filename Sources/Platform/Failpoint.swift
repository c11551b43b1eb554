#if FAILPOINTS
import CSystem
import DebVisorCore
import Glibc
#endif

/// A named place where a test can end the process as `kill -9` would. Release builds contain none of it.
package enum Failpoint {
    #if FAILPOINTS
    /// `DEBVISOR_FAILPOINT=label` or `label:N` (the N-th pass, counted from 1).
    private static let target: (label: String, pass: Int)? = {
        guard let text = getenv("DEBVISOR_FAILPOINT") else { return nil }
        let parts = String(cString: text).split(separator: ":")
        return parts.first.map { (String($0), parts.count > 1 ? Int(parts[1]) ?? 1 : 1) }
    }()
    private static let passes = Locked(0)

    package static func pass(_ label: StaticString) {
        guard let target, target.label == label.description else { return }
        let reached = passes.withLock { count in
            count += 1
            return count == target.pass
        }
        if reached { kill(getpid(), SIGKILL) }
    }
    #else
    @inline(__always) package static func pass(_ label: StaticString) {}
    #endif
}
