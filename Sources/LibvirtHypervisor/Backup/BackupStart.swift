import CDynamicTables
import DebVisorCore
import Hypervisor
import Platform

/// Begins a job: looks whether it may, freezes, begins, thaws. All of it on one thread, so that nothing comes between.
struct BackupStart {
    let name: VMName
    let targets: [String]
    let quiesce: Bool
    let tracking: ChangeTracking?
    let directories: DaemonDirectories
    /// True from before the freeze until after the thaw: whoever gives up on this thread thaws.
    let frozen: Locked<Bool>

    struct Outcome: Sendable {
        var socketPath: String
        var consistency: BackupConsistency
        var warnings: [String]
        var tracking: ChangeTracking?
        var trackingProblem: String?
        var scratch: ScratchSpace
        /// Set if the guest may still be frozen.
        var standstill: Standstill?
    }

    func run(_ connection: LibvirtConnection) throws -> Outcome {
        let domain = try connection.domain(name)
        var warnings = try endAbandonedJob(domain, connection)
        try refuseSecondJob(domain)
        try refuseSecondCheckpoint(domain)
        var request = try request(domain)
        let scratch = scratch(request, domain)
        if let shortage = scratch.shortage() { throw fault(shortage) }
        let agent = GuestAgent(domain: domain)
        var standstill: Standstill?
        let isFrozen = quiesce && freeze(agent, &standstill, &warnings)
        let (error, problem) = begin(&request, domain)
        let consistency = isFrozen ? thaw(agent, &standstill, &warnings) : .crash
        if let error { throw fault(error, request) }
        return Outcome(
            socketPath: request.socketPath, consistency: consistency, warnings: warnings, tracking: request.tracking,
            trackingProblem: problem, scratch: scratch, standstill: standstill)
    }

    private func scratch(_ request: BackupRequest, _ domain: LibvirtDomain) -> ScratchSpace {
        ScratchSpace(
            zip(request.scratchDirectories, request.disks).map { directory, disk in
                var disk = disk
                domain.measure(&disk)
                return (directory, disk.capacity?.bytes)
            })
    }

    /// Begins the job: with changes and a checkpoint, with a checkpoint alone, or plain, whatever libvirt agrees to.
    /// - Returns: why not even the last was to be had; why it is less than was asked for.
    private func begin(_ request: inout BackupRequest, _ domain: LibvirtDomain) -> (LibvirtError?, problem: String?) {
        var problem: String?
        while true {
            let begun = domain.libvirt.table.pointee.virDomainBackupBegin(
                domain.handle, request.xml, request.checkpointXML, 0)
            if begun == 0 { return (nil, problem) }
            let error = domain.libvirt.lastError()
            guard let tracking = request.tracking else { return (error, problem) }
            // libvirt makes the checkpoint before it exports the disks, and keeps it if that fails.
            if let checkpoint = tracking.checkpoint { _ = try? domain.remove(checkpoint: checkpoint) }
            guard error.mayBeAboutCheckpoints else { return (error, problem) }
            if tracking.since.isEmpty {
                problem = problem ?? "no checkpoint can begin: \(error.text)"
                request.tracking = nil
            } else {
                problem = "the hypervisor cannot tell what changed: \(error.text)"
                request.tracking?.since = [:]
            }
        }
    }

    /// Ends the job of a debvisor that was killed: it would hold the machine's jobs, and fill its scratch file, for ever.
    /// - Returns: a warning if there was one.
    private func endAbandonedJob(_ domain: LibvirtDomain, _ connection: LibvirtConnection) throws -> [String] {
        guard let xml = try domain.backupXML(),
            let socket = try XMLParser.parse(xml).root.first("server")?["socket"], BackupSocket.isAbandoned(socket)
        else { return [] }
        try LibvirtBackupJob.end(name, socket, connection)
        return ["ended the backup job of a debvisor that was killed"]
    }

    /// Asking first, because `virDomainBackupBegin` waits 30 seconds for a machine that has another job.
    private func refuseSecondJob(_ domain: LibvirtDomain) throws {
        if try domain.backupXML() != nil {
            throw Fault(
                .conflict, "a backup job of '\(name)' is already running",
                hint: "wait for it, or end it with 'virsh domjobabort \(name)'")
        }
        guard try domain.state().isActive else {
            throw Fault(.conflict, "virtual machine '\(name)' is not running", hint: "back up its images instead")
        }
        let libvirt = domain.libvirt
        var kind: Int32 = 0
        var parameters: virTypedParameterPtr?
        var count: Int32 = 0
        guard libvirt.table.pointee.virDomainGetJobStats(domain.handle, &kind, &parameters, &count, 0) == 0 else {
            throw libvirt.lastError().fault("see what '\(name)' is doing")
        }
        libvirt.table.pointee.virTypedParamsFree(parameters, count)
        if kind != Int32(VIR_DOMAIN_JOB_NONE.rawValue) {
            throw Fault(.conflict, "'\(name)' has another job running", hint: "see 'virsh domjobinfo \(name)'")
        }
    }

    /// One that is there already is not ours to remove if the job cannot begin.
    private func refuseSecondCheckpoint(_ domain: LibvirtDomain) throws {
        guard let checkpoint = tracking?.checkpoint, try domain.hasCheckpoint(checkpoint) else { return }
        throw Fault(
            .conflict, "'\(name)' has a checkpoint '\(checkpoint)' already",
            hint: "see 'virsh checkpoint-list \(name)'")
    }

    private func request(_ domain: LibvirtDomain) throws -> BackupRequest {
        let running = try XMLParser.parse(domain.xml()).root
        let disks = running.machineDisks
        for target in targets where !disks.contains(where: { $0.target == target }) {
            throw Fault(
                .notFound, "'\(name)' has no disk '\(target)'",
                hint: "it has \(disks.map(\.target).joined(separator: ", "))")
        }
        // An empty drive has nothing to leave out, and libvirt does not accept its name.
        let named = disks.filter { $0.source != .none }
        return BackupRequest(
            socketPath: try BackupSocket.path(domain, running: running, directories),
            disks: named.filter { targets.contains($0.target) }, allTargets: named.map(\.target),
            directories: directories, tracking: tracking)
    }

    private func fault(_ shortage: ScratchSpace.Shortage) -> Fault {
        Fault(
            .failed,
            "there is too little space for the scratch files of '\(name)' in '\(shortage.directory)': "
                + "\(ByteCount(shortage.free)) are free",
            hint:
                "have \(ByteCount(shortage.reserve)) free there: what the guest overwrites during the backup goes there first"
        )
    }

    private func fault(_ error: LibvirtError, _ request: BackupRequest) -> Fault {
        var fault = error.fault("begin the backup of '\(name)'")
        // libvirt passes on under these codes what QEMU says. The job itself was possible, so what is left is a place
        // where QEMU may not write.
        if error.isOne(of: VIR_ERR_INTERNAL_ERROR, VIR_ERR_OPERATION_FAILED, VIR_ERR_SYSTEM_ERROR) {
            let places = Set(request.scratchDirectories).sorted().joined(separator: "', '")
            fault.kind = .denied
            fault.message =
                "cannot begin the backup of '\(name)' with the socket '\(request.socketPath)' "
                + "and scratch files in '\(places)'"
            fault.hint = "see the AppArmor messages in 'journalctl -k' and the machine's log in /var/log/libvirt/qemu"
        }
        return fault
    }
}
