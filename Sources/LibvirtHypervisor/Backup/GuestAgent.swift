import CDynamicTables
import DebVisorCore
import Glibc
import Hypervisor
import Platform

/// The agent inside a guest, as far as freezing its file systems goes. Every call ends after a few seconds.
struct GuestAgent {
    let domain: LibvirtDomain
    /// Seconds for each answer of the agent.
    private static let patience: Int32 = 10

    enum Frozen {
        /// File systems stand still now; `again` if they did before, and were thawed first.
        case yes(again: Bool)
        /// They do not; the reason.
        case no(String)
        /// They do but will not thaw, or the agent does not say; the reason.
        case unclear(Standstill)
    }

    /// How many file systems were thawed; nil with the reason if the agent did not do it.
    typealias Thaw = (count: Int?, problem: String?)

    func freeze() -> Frozen {
        let libvirt = domain.libvirt
        let answered = libvirt.table.pointee.virDomainAgentSetResponseTimeout(domain.handle, Self.patience, 0)
        guard answered == 0 else { return .no(libvirt.lastError().text) }
        guard let error = attempt() else { return .yes(again: false) }
        // An agent that is not there froze nothing; after any other failure it may have, or may yet, and so may a
        // debvisor that was killed.
        if error.isOne(of: VIR_ERR_ARGUMENT_UNSUPPORTED, VIR_ERR_OPERATION_UNSUPPORTED, VIR_ERR_NO_SUPPORT, VIR_ERR_OK)
        {
            return .no(error.text)
        }
        let isSilent = error.isOne(of: VIR_ERR_AGENT_UNRESPONSIVE)
        let thaw = thaw(attempts: isSilent ? 1 : 3)
        if let count = thaw.count {
            return count > 0 && attempt() == nil ? .yes(again: true) : .no(error.text)
        }
        switch isFrozen() {
        case true?: return .unclear(Standstill(isCertain: true, problem: thaw.problem ?? error.text))
        case nil where isSilent: return .unclear(Standstill(isCertain: false, problem: error.text))
        default: return .no(error.text)
        }
    }

    /// - Returns: nil if file systems stand still; `VIR_ERR_OK` if there are none.
    private func attempt() -> LibvirtError? {
        let count = domain.libvirt.table.pointee.virDomainFSFreeze(domain.handle, nil, 0, 0)
        if count > 0 { return nil }
        if count < 0 { return domain.libvirt.lastError() }
        return LibvirtError(
            code: Int32(VIR_ERR_OK.rawValue), systemCode: 0, text: "the guest has no file system that it could freeze")
    }

    func thaw(attempts: Int = 3) -> Thaw {
        var problem: String?
        for number in 0..<attempts {
            if number > 0 { Worker.pause(milliseconds: 200) }
            let count = domain.libvirt.table.pointee.virDomainFSThaw(domain.handle, nil, 0, 0)
            if count >= 0 { return (Int(count), nil) }
            let error = domain.libvirt.lastError()
            problem = error.text
            guard error.isOne(of: VIR_ERR_OPERATION_INVALID, VIR_ERR_NO_DOMAIN) else { continue }
            // Nothing stands still in a machine that is off; one that is paused cannot answer.
            return (try? domain.state().isActive) == true ? (nil, problem) : (0, nil)
        }
        return (nil, problem)
    }

    /// What the agent says; nil if it says nothing. libvirt has no call of its own for that and marks the machine as
    /// tainted, so only to be asked when all else failed.
    func isFrozen() -> Bool? {
        let question = #"{"execute":"guest-fsfreeze-status"}"#
        guard let command = dv_libvirt_agent_command(),
            let answer = command(domain.handle, question, Self.patience, 0)
        else { return nil }
        defer { free(answer) }
        // {"return":"frozen"} or {"return":"thawed"}
        let words = String(cString: answer).split(separator: "\"")
        if words.contains("frozen") { return true }
        return words.contains("thawed") ? false : nil
    }
}
