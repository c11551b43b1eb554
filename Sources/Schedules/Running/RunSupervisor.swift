import CSystem
package import DebVisorCore
import Glibc
import Platform

/// The process that stands over one run: all that the hidden command does.
package enum RunSupervisor {
    /// Runs the command of a run to its end, or takes over one whose supervisor died.
    ///
    /// To be called before anything else was done: nothing printed, no store opened, no thread started. Descriptor 0 is
    /// the launcher's socket. No store is open while the command runs, which keeps the process small.
    /// - Parameter arguments: what follows the launcher's words; none.
    /// - Returns: the exit status of the process; nobody but a debugger sees it.
    package static func main(_ arguments: [String], clock: any WallClock = LiveClock()) -> Int32 {
        let channel = Channel(descriptor: 0)
        guard let order = channel.receive().flatMap(RunOrder.init) else { return 64 }
        ControlGroup.leaveRun()
        let files = RunFiles(order.number, in: StateDirectory(order.state))
        do {
            try files.create()
            guard let lock = try files.takeLock(ClaimHolder.current) else { return 75 }
            return try withExtendedLifetime(lock) { try supervise(order, files, channel, clock) }
        } catch {
            return 70
        }
    }

    private static func supervise(
        _ order: RunOrder, _ files: RunFiles, _ channel: Channel, _ clock: any WallClock
    ) throws -> Int32 {
        let signals = dv_signal_descriptor()
        guard signals >= 0 else { throw Fault.system(-signals, "receive", "signals") }
        _ = dv_adopt_orphans()
        let result: RunResult
        do {
            let supervision = try Supervision(order, files, signals: signals, clock)
            if order.adopted == nil {
                guard supervision.beginsWhenTold(over: channel) else {
                    try files.write(supervision.notStarted)
                    return 0
                }
            } else {
                // Whether anybody still listens makes no difference.
                try? channel.send([UInt8(ascii: "a")])
            }
            close(channel.descriptor)
            // A host may have hundreds of these, which only sleep from now on.
            dv_release_code()
            result = supervision.untilTheEnd()
        } catch let fault as Fault where order.adopted == nil {
            let time = clock.now().milliseconds
            result = RunResult(claim: order.claim, .failed, endedAt: time, reason: "\(fault)")
        }
        RunConclusion(order, files, clock).conclude(result, signals: signals)
        return 0
    }
}
