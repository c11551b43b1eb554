package import DebVisorCore
package import Hypervisor
import Platform

extension LibvirtHypervisor {
    package func beginBackup(
        of name: VMName, disks: [String], quiesce: Bool, tracking: ChangeTracking?
    ) async throws -> any BackupJob {
        guard place.isLocal else {
            throw Fault(
                .unavailable, "the disks of '\(uri)' cannot be read from this host",
                hint: "run debvisor on the host of the virtual machine")
        }
        let start = BackupStart(
            name: name, targets: disks, quiesce: quiesce, tracking: tracking, directories: directories,
            frozen: Locked(false))
        // A daemon that hangs is found here; what follows may wait for an agent that does not answer as well.
        _ = try await read { try $0.domain(name).state() }
        let patience = quiesce ? deadline * 2 : deadline
        let outcome: BackupStart.Outcome
        do {
            outcome = try await call(within: patience, late: { self.undo($0, name) }) { try start.run($0) }
        } catch {
            guard start.frozen.withLock({ $0 }), let standstill = await rescue(name) else { throw error }
            throw (error as? Fault)?.and(standstill.fault(name)) ?? error
        }
        let watch = BackupWatch(name, outcome.standstill)
        watch.start(
            outcome.scratch, end: { try LibvirtBackupJob.end(name, outcome.socketPath, try self.connection()) },
            thaw: { GuestAgent(domain: try self.connection().domain(name)).thaw(attempts: 1) })
        let exports = disks.map { target in
            DiskExport(
                target: target, socketPath: outcome.socketPath, exportName: target,
                bitmap: outcome.tracking?.since[target].map { _ in BackupRequest.exportedBitmap(of: target) })
        }
        return LibvirtBackupJob(
            hypervisor: self, name: name, socketPath: outcome.socketPath, watch: watch, exports: exports,
            consistency: outcome.consistency, warnings: outcome.warnings, checkpoint: outcome.tracking?.checkpoint,
            trackingProblem: outcome.trackingProblem)
    }

    /// A job that came to be after we had given up: nobody would ever end it. On the thread that began it.
    private func undo(_ outcome: BackupStart.Outcome, _ name: VMName) {
        guard let connection = try? connection() else { return }
        try? LibvirtBackupJob.end(name, outcome.socketPath, connection)
        // What ends a job leaves its checkpoint.
        if let checkpoint = outcome.tracking?.checkpoint {
            _ = try? connection.domain(name).remove(checkpoint: checkpoint)
        }
    }

    /// The job could not begin, or the thread that froze the guest hangs: another thaws it, over a connection of its own.
    /// - Returns: nil if that was done.
    private func rescue(_ name: VMName) async -> Standstill? {
        let uri = uri
        do {
            let thaw = try await Worker.run(
                within: deadline, otherwise: { Fault(.timeout, "its agent did not answer") }
            ) { GuestAgent(domain: try LibvirtConnection(uri).domain(name)).thaw() }
            return thaw.count == nil ? Standstill(isCertain: true, problem: thaw.problem ?? "no reason given") : nil
        } catch {
            return Standstill(isCertain: true, problem: "\(error)")
        }
    }
}
