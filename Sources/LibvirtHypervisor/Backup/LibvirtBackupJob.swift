import CDynamicTables
import DebVisorCore
import Hypervisor
import Platform

/// A pull-mode job that we began.
struct LibvirtBackupJob: BackupJob {
    let hypervisor: LibvirtHypervisor
    let name: VMName
    let socketPath: String
    let watch: BackupWatch
    let exports: [DiskExport]
    let consistency: BackupConsistency
    let warnings: [String]
    var checkpoint: String?
    var trackingProblem: String?

    var interruption: Fault? { watch.interruption }

    func end() async -> Aftermath {
        let (name, socketPath) = (name, socketPath)
        let (warnings, standstill) = watch.stop()
        var aftermath = Aftermath(warnings: warnings)
        // First: a guest that stands still is worse than a job that is left.
        if let standstill { await thaw(standstill, &aftermath) }
        do { try await hypervisor.read { try Self.end(name, socketPath, $0) } } catch {
            aftermath.warnings.append("the backup job did not end cleanly: \(error)")
        }
        return aftermath
    }

    /// The last attempt; what it cannot do the next backup tries again.
    private func thaw(_ standstill: Standstill, _ aftermath: inout Aftermath) async {
        let name = name
        do {
            let (count, isFrozen) = try await hypervisor.call { connection -> (Int?, Bool?) in
                let agent = GuestAgent(domain: try connection.domain(name))
                let thaw = agent.thaw(attempts: standstill.isCertain ? 3 : 1)
                return (thaw.count, thaw.count == nil ? agent.isFrozen() : false)
            }
            if let warning = standstill.ended(count ?? 0) { aftermath.warnings.append(warning) }
            if isFrozen ?? standstill.isCertain { aftermath.failures.append(standstill.fault(name)) }
        } catch let fault as Fault where fault.kind == .notFound {
            // A machine that is gone does not stand still.
        } catch {
            if standstill.isCertain { aftermath.failures.append(standstill.fault(name)) }
        }
    }

    /// Ends the job if it is still the one at `socketPath`, and waits until it is gone.
    static func end(_ name: VMName, _ socketPath: String, _ connection: LibvirtConnection) throws {
        defer { _ = try? Directory.remove(socketPath, "socket") }
        guard let handle = connection.libvirt.table.pointee.virDomainLookupByName(connection.handle, name.text) else {
            let error = connection.libvirt.lastError()
            if error.isOne(of: VIR_ERR_NO_DOMAIN) { return }
            throw error.fault("end the backup job of '\(name)'")
        }
        let domain = LibvirtDomain(handle, connection.libvirt)
        guard try isOurs(domain, socketPath) else { return }
        if connection.libvirt.table.pointee.virDomainAbortJob(domain.handle) < 0 {
            let error = connection.libvirt.lastError()
            // It may have ended, or the machine with it, since we looked.
            guard try isOurs(domain, socketPath) else { return }
            throw error.fault("end the backup job of '\(name)'")
        }
        // The caller's deadline bounds this.
        while try isOurs(domain, socketPath) { Worker.pause(milliseconds: 20) }
        resumeIfStopped(domain)
    }

    /// A guest that met a full scratch volume was stopped at that write. The file is gone now, so the write succeeds; if
    /// the guest's own disk is what is full, it stops again.
    private static func resumeIfStopped(_ domain: LibvirtDomain) {
        var state: Int32 = 0
        var reason: Int32 = 0
        guard domain.libvirt.table.pointee.virDomainGetState(domain.handle, &state, &reason, 0) == 0,
            state == Int32(VIR_DOMAIN_PAUSED.rawValue), reason == Int32(VIR_DOMAIN_PAUSED_IOERROR.rawValue)
        else { return }
        _ = domain.libvirt.table.pointee.virDomainResume(domain.handle)
    }

    private static func isOurs(_ domain: LibvirtDomain, _ socketPath: String) throws -> Bool {
        guard let xml = try domain.backupXML() else { return false }
        return try XMLParser.parse(xml).root.first("server")?["socket"] == socketPath
    }
}
