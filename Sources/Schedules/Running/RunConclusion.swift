import DebVisorCore
import Platform
import Storage

/// The last act of a supervisor: the ledger hears how the run ended, and who waits for that may begin.
struct RunConclusion {
    let order: RunOrder
    let files: RunFiles

    init(_ order: RunOrder, _ files: RunFiles) {
        self.order = order
        self.files = files
    }

    /// Whatever fails here is made up for by the next look for due jobs, which finds the result.
    func conclude(_ result: RunResult) {
        guard let launcher = RunLauncher(order.launcher, grace: order.grace),
            let store = try? Store.open(ScheduleStore.store, in: files.state)
        else { return }
        let scheduler = Scheduler(ScheduleStore(store, in: files.state), clock: LiveClock(), launcher: launcher)
        do {
            if let ending = try scheduler.ledger.finish(order.number, result, at: LiveClock().now()) {
                scheduler.afterEnd(ending, order)
            }
            files.removeTraces(keepingOutput: result.keptBytes > 0)
            try scheduler.startWaiting()
        } catch {
            return
        }
    }
}
