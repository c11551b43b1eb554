#if FAILPOINTS
import CSystem
import DebVisorCore
import Glibc
#endif

/// A named place where a test can end the process as `kill -9` would, or hold it still. Release builds contain none of it.
package enum Failpoint {
    /// Which side of a change of the disk.
    package enum Side: String, Sendable, CaseIterable { case before, after }

    #if FAILPOINTS
    /// `DEBVISOR_FAILPOINT=label` or `label:N` (the N-th pass, counted from 1) kills, `DEBVISOR_STOPPOINT` stops until
    /// somebody sends SIGCONT. The label of a change of the disk is `pack.rename.before`; `pack.rename` is the same.
    private static let places = [Place("DEBVISOR_FAILPOINT", SIGKILL), Place("DEBVISOR_STOPPOINT", SIGSTOP)]
        .compactMap { $0 }

    /// `DEBVISOR_STEPS=FILE` lists the changes of the disk that are passed, so that a test can walk them all.
    private static let list: Int32 = getenv("DEBVISOR_STEPS").map { open($0, O_WRONLY | O_CREAT | O_APPEND, 0o600) } ?? -1

    package static func pass(_ label: StaticString) {
        for place in places { place.pass(label.description) }
    }

    static func pass(_ purpose: StaticString, _ operation: DiskOperation, _ side: Side) {
        guard !places.isEmpty || list >= 0 else { return }
        let step = "\(purpose).\(operation.rawValue)"
        if list >= 0, side == .before { _ = "\(step)\n".withCString { Glibc.write(list, $0, strlen($0)) } }
        for place in places { place.pass("\(step).\(side.rawValue)", orShort: side == .before ? step : nil) }
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

        func pass(_ label: String, orShort short: String? = nil) {
            guard self.label == label || self.label == short else { return }
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
