import Platform

/// The process that claimed a run: `boot-id identity`.
struct ClaimHolder: Sendable, CustomStringConvertible {
    var process: RunProcess

    static var current: ClaimHolder? {
        guard let boot = Host.bootID, let identity = ProcessIdentity.current else { return nil }
        return ClaimHolder(process: RunProcess(bootID: boot, identity: identity))
    }

    init(process: RunProcess) { self.process = process }

    init?(_ text: String) {
        let parts = text.split(separator: " ")
        guard parts.count == 2, let identity = ProcessIdentity(parts[1]) else { return nil }
        process = RunProcess(bootID: String(parts[0]), identity: identity)
    }

    var description: String { "\(process.bootID) \(process.identity)" }
}

extension RunProcess {
    /// False only if it certainly ended.
    var mayLive: Bool { bootID == Host.bootID && !identity.hasEnded }
}
