import CSystem
import Glibc
import Platform

/// What systemd is told over `NOTIFY_SOCKET` (sd_notify(3)), if it wants to hear it.
struct ServiceManager: Sendable {
    private let socket: String?
    /// Half of what the watchdog allows, in milliseconds; nil without one.
    let watchdogInterval: Int64?

    init(_ environment: Environment = .process) {
        let path = environment["NOTIFY_SOCKET"]
        socket = path?.hasPrefix("/") == true || path?.hasPrefix("@") == true ? path : nil
        let isForUs = environment["WATCHDOG_PID"].map { $0 == "\(getpid())" } ?? true
        let limit = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.map { max($0 / 2000, 1) }
        watchdogInterval = isForUs && socket != nil ? limit : nil
    }

    func ready() { tell("READY=1") }
    func alive() { tell("WATCHDOG=1") }
    func stopping() { tell("STOPPING=1") }
    func status(_ text: String) { tell("STATUS=\(text)") }

    private func tell(_ text: String) {
        if let socket { _ = dv_notify(socket, text) }
    }
}
