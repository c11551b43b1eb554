#if FAILPOINTS
import CSystem
import DebVisorCore
import Glibc
#endif

/// A named place where a test can end the process as `kill -9` would, or hold it still. Release builds contain none of it.
package enum Failpoint {
    #if FAILPOINTS
    /// `DEBVISOR_FAILPOINT=label` or `label:N` (the N-th pass, counted from 1) kills, `DEBVISOR_STOPPOINT` stops until
    /// somebody sends SIGCONT.
    private static let kills = Place("DEBVISOR_FAILPOINT", SIGKILL)
    private static let stops = Place("DEBVISOR_STOPPOINT", SIGSTOP)

    package static func pass(_ label: StaticString) {
        kills?.pass(label)
        stops?.pass(label)
    }

    private final class Place: Sendable {
        private let label: String
        private let number: Int
        private let signal: Int32
        private let passes = Locked(0)

        init?(_ variable: String, _ signal: Int32) {
            guard let text = getenv(variable) else { return nil }
            let parts = String(cString: text).split(separator: ":")
            guard let label = parts.first else { return nil }
            self.label = String(label)
            self.signal = signal
            number = parts.count > 1 ? Int(parts[1]) ?? 1 : 1
        }

        func pass(_ label: StaticString) {
            guard self.label == label.description else { return }
            let reached = passes.withLock { count in
                count += 1
                return count == number
            }
            if reached { kill(getpid(), signal) }
        }
    }
    #else
    @inline(__always) package static func pass(_ label: StaticString) {}
    #endif
}
