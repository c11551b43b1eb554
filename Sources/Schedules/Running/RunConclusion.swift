import CSystem
import DebVisorCore
import Glibc
import Platform
import Storage

/// The last act of a supervisor: the ledger hears how the run ended, and who waits for that may begin.
struct RunConclusion {
    let order: RunOrder
    let files: RunFiles
    let clock: any WallClock

    init(_ order: RunOrder, _ files: RunFiles, _ clock: any WallClock) {
        self.order = order
        self.files = files
        self.clock = clock
    }

    /// Returns when the end is on record: in a file, for the next look for due jobs, or in the ledger.
    ///
    /// Where neither can be written, on a full disk as a rule, it tries on until there is room, however long that takes:
    /// nobody else knows how the run ended. It gives up when it is told to end (the host goes down), or when the state
    /// directory has been removed.
    /// - Parameter signals: see `dv_signal_descriptor`.
    func conclude(_ result: RunResult, signals: Int32) {
        var pause: Int32 = 500
        while Directory.exists(files.lock) {
            let isWritten = (try? files.write(result)) != nil
            if tellLedger(result) || isWritten { return }
            if isAskedToEnd(signals, within: pause) { return }
            pause = min(2 * pause, 30_000)
        }
    }

    /// - Returns: whether the ledger has it. If not, the next look makes up for it, as for all that follows.
    private func tellLedger(_ result: RunResult) -> Bool {
        guard let launcher = RunLauncher(of: order), let store = try? Store.open(ScheduleStore.store, in: files.state)
        else { return false }
        let scheduler = Scheduler(ScheduleStore(store, in: files.state), clock: clock, launcher: launcher)
        do {
            if let ending = try scheduler.ledger.finish(order.number, result, at: clock.now()) {
                scheduler.afterEnd(ending, order)
            }
        } catch {
            return false
        }
        files.tidyUp(keepingOutput: result.keptBytes > 0)
        try? scheduler.startWaiting()
        return true
    }

    private func isAskedToEnd(_ signals: Int32, within milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: signals, events: Int16(POLLIN), revents: 0)
        _ = poll(&entry, 1, milliseconds)
        while case let number = dv_next_signal(signals), number != 0 {
            if number == SIGTERM || number == SIGINT || number == SIGHUP { return true }
        }
        return false
    }
}
