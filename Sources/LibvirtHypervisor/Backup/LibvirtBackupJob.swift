import CDynamicTables
import DebVisorCore
import Hypervisor
import Platform

/// A pull-mode job that we began.
struct LibvirtBackupJob: BackupJob {
    let hypervisor: LibvirtHypervisor
    let name: VMName
    let socketPath: String
    let exports: [DiskExport]
    let consistency: BackupConsistency
    let warnings: [String]
    var checkpoint: String?
    var trackingProblem: String?

    func end() async throws {
        let name = name
        let socketPath = socketPath
        try await hypervisor.read { connection in
            try Self.end(name, socketPath, connection)
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
    }

    private static func isOurs(_ domain: LibvirtDomain, _ socketPath: String) throws -> Bool {
        guard let xml = try domain.backupXML() else { return false }
        return try XMLParser.parse(xml).root.first("server")?["socket"] == socketPath
    }
}
