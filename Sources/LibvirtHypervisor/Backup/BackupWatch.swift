import DebVisorCore
import Platform

/// Looks after a machine while its backup job is open: ends the job before its scratch files fill their volume, and goes on
/// trying to thaw a guest that could not be thawed.
final class BackupWatch: Sendable {
    private struct State {
        var isOver = false
        var interruption: Fault?
        var standstill: Standstill?
        var warnings: [String] = []
    }
    private let name: VMName
    private let state: Locked<State>
    /// Fifths of a second that a reader has to let go of the disks.
    private static let patience = 25

    /// - Parameter standstill: what the guest may be in.
    init(_ name: VMName, _ standstill: Standstill?) {
        self.name = name
        state = Locked(State(standstill: standstill))
    }

    var interruption: Fault? { state.withLock { $0.interruption } }
    private var isOver: Bool { state.withLock { $0.isOver } }

    /// Begins to look, on threads of its own until `stop`.
    /// - Parameters:
    ///   - end: ends the job.
    ///   - thaw: asks the agent once.
    func start(
        _ scratch: ScratchSpace, end: @escaping @Sendable () throws -> Void,
        thaw: @escaping @Sendable () throws -> GuestAgent.Thaw
    ) {
        // With no thread to be had the backup is made as ever, and `LibvirtBackupJob.end` thaws.
        try? Thread { self.watch(scratch, end) }.detach()
        if state.withLock({ $0.standstill != nil }) { try? Thread { self.keepThawing(thaw) }.detach() }
    }

    /// - Returns: what happened meanwhile, and the standstill that is left.
    func stop() -> (warnings: [String], Standstill?) {
        state.withLock { state in
            defer { (state.warnings, state.standstill) = ([], nil) }
            state.isOver = true
            return (state.warnings, state.standstill)
        }
    }

    /// Five times a second: a fast disk writes less than the reserve in that time.
    private func watch(_ scratch: ScratchSpace, _ end: () throws -> Void) {
        while !isOver {
            if let shortage = scratch.shortage() {
                state.withLock { $0.interruption = fault(shortage) }
                // Whoever reads is to let go first: QEMU 7.2 may hang for ever, and its guest with it, when an export ends
                // that somebody is about to read.
                for _ in 0..<Self.patience where !isOver { Worker.pause(milliseconds: 200) }
                if !isOver { try? end() }
                return
            }
            Worker.pause(milliseconds: 200)
        }
    }

    private func keepThawing(_ thaw: () throws -> GuestAgent.Thaw) {
        while !isOver {
            Worker.pause(milliseconds: 1000)
            guard !isOver, let answer = try? thaw(), let count = answer.count else { continue }
            state.withLock { state in
                guard let standstill = state.standstill.take() else { return }
                if let warning = standstill.ended(count) { state.warnings.append(warning) }
            }
            return
        }
    }

    private func fault(_ shortage: ScratchSpace.Shortage) -> Fault {
        Fault(
            .failed,
            "the backup of '\(name)' was ended before its scratch files filled '\(shortage.directory)': "
                + "\(ByteCount(shortage.free)) are left",
            hint: "free some space there, or back up while the guest writes less: what it overwrites goes there first")
    }
}

/// A guest that may stand still: it was frozen and could not be thawed, or nobody can tell.
struct Standstill: Sendable {
    /// False if its agent has not said so.
    var isCertain: Bool
    var problem: String
    var since = ContinuousClock.now

    /// What there is to say when the agent has thawed so many file systems.
    func ended(_ count: Int) -> String? {
        guard count > 0 else { return nil }
        let seconds = (ContinuousClock.now - since).components.seconds
        return "the guest stood still for \(seconds) s longer than it should: \(problem)"
    }

    /// What there is to do if it goes on.
    func fault(_ name: VMName) -> Fault {
        Fault(
            .partial, "the guest of '\(name)' is still frozen", hint: "thaw it with 'virsh domfsthaw \(name)'",
            cause: problem)
    }
}
