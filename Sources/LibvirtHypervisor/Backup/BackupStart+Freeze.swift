import Hypervisor
import Platform

/// The freeze around the instant of a backup, and what becomes of it if the agent does not play along.
extension BackupStart {
    /// - Returns: whether the guest's file systems stand still now.
    func freeze(_ agent: GuestAgent, _ standstill: inout Standstill?, _ warnings: inout [String]) -> Bool {
        frozen.withLock { $0 = true }
        switch agent.freeze() {
        case .yes(let again):
            if again { warnings.append("the guest was still frozen from before; it was thawed first") }
            Failpoint.pass("guest.frozen")
            return true
        case .no(let reason):
            frozen.withLock { $0 = false }
            warnings.append("the guest was not frozen: \(reason)")
        case .unclear(let what):
            frozen.withLock { $0 = what.isCertain }
            standstill = what
            warnings.append("the guest was not frozen: \(what.problem)")
        }
        return false
    }

    /// - Returns: what the instant of the backup is worth.
    func thaw(
        _ agent: GuestAgent, _ standstill: inout Standstill?, _ warnings: inout [String]
    ) -> BackupConsistency {
        let thaw = agent.thaw()
        let isStill = thaw.count == nil ? agent.isFrozen() : false
        frozen.withLock { $0 = isStill ?? true }
        if let count = thaw.count, count > 0 { return .application }
        if isStill == false {
            warnings.append("the guest had thawed by itself before the backup began")
            return .crash
        }
        standstill = Standstill(isCertain: true, problem: thaw.problem ?? "no reason given")
        return isStill == true ? .application : .crash
    }
}
