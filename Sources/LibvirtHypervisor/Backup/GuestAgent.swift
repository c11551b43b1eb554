import CDynamicTables
import DebVisorCore

/// The agent inside a guest, as far as freezing its file systems goes. Every call ends after a few seconds.
struct GuestAgent {
    let domain: LibvirtDomain
    /// Seconds for each answer of the agent.
    private static let patience: Int32 = 10

    enum Frozen {
        /// File systems that stand still now.
        case yes(Int)
        /// Nothing to thaw; the reason.
        case no(String)
    }

    func freeze() -> Frozen {
        let libvirt = domain.libvirt
        let answered = libvirt.table.pointee.virDomainAgentSetResponseTimeout(domain.handle, Self.patience, 0)
        guard answered == 0 else { return .no(libvirt.lastError().text) }
        let count = libvirt.table.pointee.virDomainFSFreeze(domain.handle, nil, 0, 0)
        if count > 0 { return .yes(Int(count)) }
        if count == 0 { return .no("the guest has no file system that it could freeze") }
        let error = libvirt.lastError()
        // An agent that is not there froze nothing; after any other failure it may have, or may yet.
        if !error.isOne(of: VIR_ERR_ARGUMENT_UNSUPPORTED, VIR_ERR_OPERATION_UNSUPPORTED, VIR_ERR_NO_SUPPORT) {
            _ = thaw(attempts: 1)
        }
        return .no(error.text)
    }

    /// How many file systems were thawed; nil with the reason if the agent did not do it.
    func thaw(attempts: Int = 3) -> (count: Int?, problem: String?) {
        var problem: String?
        for _ in 0..<attempts {
            let count = domain.libvirt.table.pointee.virDomainFSThaw(domain.handle, nil, 0, 0)
            if count >= 0 { return (Int(count), nil) }
            let error = domain.libvirt.lastError()
            problem = error.text
            // A machine that is off stands still for good.
            if error.isOne(of: VIR_ERR_OPERATION_INVALID, VIR_ERR_NO_DOMAIN) { break }
        }
        return (nil, problem)
    }
}
