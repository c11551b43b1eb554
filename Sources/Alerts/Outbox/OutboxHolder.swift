import Platform

/// The process that sends a notice: `boot-id identity`. What it held is free once it has certainly ended.
struct OutboxHolder: Sendable, Hashable, CustomStringConvertible {
    let description: String

    static var current: OutboxHolder {
        let boot = Host.bootID ?? ""
        let identity = ProcessIdentity.current?.description ?? ""
        return OutboxHolder(description: "\(boot) \(identity)")
    }

    /// False only if it certainly ended.
    static func mayLive(_ text: String) -> Bool {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let identity = ProcessIdentity(parts[1]) else { return true }
        return Host.bootID.map { $0 == parts[0] } ?? true && !identity.hasEnded
    }
}
