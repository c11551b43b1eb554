import DebVisorCore
import Hypervisor
import Platform

/// The checkpoints that one repository's backups of one machine leave at the hypervisor: never more than one that the
/// next backup builds on.
struct CheckpointChain: Sendable {
    let hypervisor: any Hypervisor
    let images: any DiskImages
    let machine: VMName
    let history: SubjectHistory

    /// What this backup builds on. Checkpoints of runs that were killed go first.
    /// - Returns: also what went wrong with that.
    func plan(_ choices: [ChangePlan.Choice], isActive: Bool) async throws -> (ChangePlan, notes: [String]) {
        var notes: [String] = []
        var checkpoints: [MachineCheckpoint] = []
        do { checkpoints = try await hypervisor.checkpoints(of: machine) } catch {
            notes.append("the checkpoints of the machine cannot be listed: \(error)")
        }
        let startID = isActive ? try? await hypervisor.startID(of: machine) : nil
        // Looks into images: not on Swift's pool.
        let plan = try await Worker.run { [checkpoints, history, images] in
            ChangePlan(
                choices, history, checkpoints: checkpoints, startID: startID, isActive: isActive, images: images)
        }
        // A machine that is off keeps its bitmaps: removing one would write to its image.
        if isActive { notes += await remove(plan.useless) }
        return (plan, notes)
    }

    /// What the job is asked to record and to tell; nil if nothing.
    func tracking(_ disks: [MachineDisk], _ plan: ChangePlan) -> ChangeTracking? {
        let recording = Set(disks.filter(\.canRecordChanges).map(\.target))
        guard !recording.isEmpty else { return nil }
        let since = plan.checkpoint.map { checkpoint in plan.bases.mapValues { _ in checkpoint.name } } ?? [:]
        return ChangeTracking(
            checkpoint: history.leavesCheckpoint ? history.checkpoints.own : nil, disks: recording, since: since)
    }

    /// Keeps what the next backup builds on and removes the rest.
    func settle(began: String?, isCommitted: Bool) async -> [String] {
        guard isCommitted else { return await remove([began].compactMap { $0 }) }
        guard began != nil || !history.leavesCheckpoint else { return [] }
        do {
            let ours = try await hypervisor.checkpoints(of: machine).map(\.name)
            return await remove(ours.filter { $0.hasPrefix(history.checkpoints.prefix) && $0 != began })
        } catch {
            return ["old checkpoints of the machine were not removed: \(error)"]
        }
    }

    private func remove(_ names: [String]) async -> [String] {
        var problems: [String] = []
        for name in names {
            do { _ = try await hypervisor.removeCheckpoint(name, of: machine) } catch let fault as Fault
                where fault.kind == .notFound
            { continue } catch {
                problems.append("checkpoint '\(name)' was not removed, the next backup will try again: \(error)")
            }
        }
        return problems
    }
}
