import Backups
import CommandKit
import DebVisorCore
import Hypervisor
import Platform

/// A restore and what follows at the hypervisor.
struct RestoreWork: Sendable {
    let context: AppContext
    let target: OpenRepository
    let plan: RestorePlan
    let hypervisor: any Hypervisor
    let pool: String?
    let starts: Bool

    private var isMachine: Bool { plan.request.snapshot.vm_uuid != nil }

    /// What stands in the way, before anything is written.
    func check() async throws {
        if plan.request.define { try await checkDefinition() }
        try await restore {
            false
        } advanced: { _ in
        }.checkPlaces(overwriting: plan.request.overwrite)
    }

    func steps() async throws -> [Step] {
        var steps = plan.disks.map { disk in
            Step(
                disk.exists ? "replace" : "write", disk.path, detail: "disk \(disk.record.target), \(disk.format)",
                sizeBytes: disk.record.size_bytes)
        }
        steps += plan.blobs.map { Step($0.exists ? "replace" : "write", $0.path) }
        if plan.request.define { steps.append(Step("define", "vm \(plan.name)", detail: "at \(hypervisor.uri)")) }
        if starts { steps.append(Step("start", "vm \(plan.name)")) }
        return steps
    }

    func run(_ session: Session) async throws -> Report {
        let started = context.clock.now()
        let progress = session.progress(
            "restoring \(plan.request.snapshot.reference)", total: plan.disks.reduce(0) { $0 + $1.record.size_bytes })
        defer { progress.finish() }
        let restore = restore {
            session.isCancelled
        } advanced: {
            progress.advance(to: $0)
        }
        let result: Restore.Result
        do { result = try await restore.run() } catch is CancellationError {
            throw Interruption("nothing was replaced, no file was left behind")
        }
        if let pool { try await hypervisor.refreshPool(pool) }
        if plan.request.define, let xml = try await Worker.run({ try restore.definition() }) {
            try await hypervisor.define(xml: hypervisor.rewrite(xml, changes))
            if starts { try await hypervisor.start(VMName(plan.name)) }
        }
        let record = RestoreRecord(
            plan: plan, writtenBytes: result.writtenBytes, started: starts,
            seconds: Double(context.clock.now().milliseconds - started.milliseconds) / 1000)
        var report = Report.one(record)
        report.failures = plan.omitted.filter { $0.reason != DiskChoice.exclusionReason }.map {
            ItemFailure("\(plan.name)/\($0.target)", Fault(.partial, "not in the backup: \($0.reason)"))
        }
        return report
    }

    private func restore(
        isCancelled: @escaping @Sendable () -> Bool, advanced: @escaping @Sendable (UInt64) -> Void
    ) -> Restore {
        var options = Restore.Options()
        options.isCancelled = isCancelled
        options.advanced = advanced
        options.pathsInUse = { [hypervisor, isMachine] in
            do { return try await hypervisor.pathsInUse() } catch let fault as Fault
                where !isMachine && fault.kind == .unavailable
            {
                // A host without a hypervisor has no machine that holds the file; QEMU's own lock is tested besides.
                return [:]
            }
        }
        return Restore(target.repository, plan, images: context.images, options: options)
    }

    /// A machine of that name must be off, be the same one, and may be replaced only if the person says so.
    private func checkDefinition() async throws {
        let existing: Machine
        do { existing = try await hypervisor.machine(VMName(plan.name)) } catch let fault as Fault
            where fault.kind == .notFound
        {
            return
        }
        if existing.state.isActive {
            throw Fault(
                .conflict, "the machine '\(plan.name)' is running",
                hint: "stop it first, or restore a copy with --as NEWNAME")
        }
        if existing.uuid != plan.uuid {
            throw Fault(
                .conflict, "another machine is called '\(plan.name)'",
                hint: "restore under another name with --as NEWNAME")
        }
        guard plan.request.overwrite else {
            throw Fault(
                .conflict, "the machine '\(plan.name)' is defined already",
                hint: "replace its definition with --yes, or restore a copy with --as NEWNAME")
        }
    }

    private var changes: MachineChanges {
        var changes = MachineChanges()
        changes.newName = plan.request.newName
        changes.newUUID = plan.request.newName == nil ? nil : plan.uuid
        for disk in plan.disks { changes.diskPaths[disk.record.target] = (disk.path, disk.format) }
        changes.droppedDisks = Set(plan.omitted.map(\.target))
        changes.nvramPath = plan.nvramPath
        return changes
    }
}

/// What a restore did.
struct RestoreRecord: Record {
    var plan: RestorePlan
    var writtenBytes: UInt64
    var started: Bool
    var seconds: Double

    static var fields: [Field<RestoreRecord>] {
        [
            .string("backup_id", "Id of the backup", column: .none) { $0.plan.request.snapshot.backup_id },
            .string("reference", "NAME@TIME", column: "BACKUP") { $0.plan.request.snapshot.reference },
            .string("name", "What was restored is called") { $0.plan.name },
            .string("vm_uuid", "UUID of the machine; unknown for a file", column: .none) { $0.plan.uuid },
            .bytes("written_bytes", "Bytes written, holes left out") { $0.writtenBytes },
            .seconds("duration_seconds", "How long it took") { $0.seconds },
            .bool("defined", "Whether the machine was defined") { $0.plan.request.define },
            .bool("started", "Whether it was started") { $0.started },
            .records("disks", "The restored disks") { $0.plan.disks.map(RestoredDiskRecord.init) },
        ]
    }
}

struct RestoredDiskRecord: Record {
    var disk: RestorePlan.Disk

    static var fields: [Field<RestoredDiskRecord>] {
        [
            .string("target", "The guest's name of the disk") { $0.disk.record.target },
            .string("format", "Format of the image") { $0.disk.format },
            .bytes("size_bytes", "Size of the disk") { $0.disk.record.size_bytes },
            .string("path", "Where it is now") { $0.disk.path },
        ]
    }
}
