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
    let allowsHoles: Bool

    private var isMachine: Bool { plan.request.snapshot.vm_uuid != nil }

    /// What stands in the way, before anything is written.
    func check() async throws {
        if plan.request.define { try await checkDefinition() }
        let restore = restore(isCancelled: { false }, advanced: { _ in })
        try await restore.checkPlaces(overwriting: plan.request.overwrite)
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
        do {
            let report = try await restoreAll(session)
            guard let warning = await note(report.failures.isEmpty ? .success : .partial) else { return report }
            return report.warning(warning)
        } catch {
            let isInterrupted = error is Interruption || error is CancellationError
            if let warning = await note(isInterrupted ? .interrupted : .failed) { session.warn(warning) }
            throw error
        }
    }

    /// The labels are those of the backup, under whatever name it is restored.
    private func note(_ result: WorkResult) async -> String? {
        let snapshot = plan.request.snapshot
        let events = BackupEvents(
            snapshot.name, isMachine: isMachine, repository: target.label, now: context.clock.now())
        return await context.record(events.restored(result))
    }

    private func restoreAll(_ session: Session) async throws -> Report {
        let started = context.clock.now()
        let progress = session.progress(
            "restoring \(plan.request.snapshot.reference)", total: plan.disks.reduce(0) { $0 + $1.record.size_bytes })
        defer { progress.finish() }
        let restore = restore(isCancelled: { session.isCancelled }, advanced: { progress.advance(to: $0) })
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
            plan: plan, holes: result.holes, writtenBytes: result.writtenBytes, started: starts,
            seconds: Double(context.clock.now().milliseconds - started.milliseconds) / 1000)
        var report = Report.one(record)
        report.failures = plan.omitted.filter { $0.reason != DiskChoice.exclusionReason }.map {
            ItemFailure("\(plan.name)/\($0.target)", Fault(.partial, "not in the backup: \($0.reason)"))
        }
        report.failures += result.holes.map { hole in
            ItemFailure(
                "\(plan.name)/\(hole.part)",
                Fault(
                    .partial, hole.holeText,
                    hint: "another backup may hold it: debvisor backup verify --read-data names the nearest",
                    cause: hole.reason.description))
        }
        report.warnings += result.damagedSegments.map {
            "the index segment '\($0)' is damaged, packs were read instead: debvisor backup repository rebuild-index"
        }
        return report
    }

    private func restore(
        isCancelled: @escaping @Sendable () -> Bool, advanced: @escaping @Sendable (UInt64) -> Void
    ) -> Restore {
        var options = Restore.Options()
        options.isCancelled = isCancelled
        options.advanced = advanced
        options.allowsHoles = allowsHoles
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
