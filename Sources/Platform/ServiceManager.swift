import CSystem
import Glibc

/// What systemd is told over `NOTIFY_SOCKET` (sd_notify(3)), if it wants to hear it.
package struct ServiceManager: Sendable {
    private let socket: String?
    /// Half of what the watchdog allows, in milliseconds; nil without one.
    package let watchdogInterval: Int64?

    package init(_ environment: Environment = .process) {
        let path = environment["NOTIFY_SOCKET"]
        socket = path?.hasPrefix("/") == true || path?.hasPrefix("@") == true ? path : nil
        let isForUs = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.map { max($0 / 2000, 1) }
        watchdogInterval = isForUs && socket != nil ? limit : nil
    }

    package func ready() { tell("READY=1") }
    package func alive() { tell("WATCHDOG=1") }
    package func stopping() { tell("STOPPING=1") }
    package func status(_ text: String) { tell("STATUS=\(text)") }

    private func tell(_ text: String) {
        if let socket { _ = dv_notify(socket, text) }
    }
}
