import CSystem
package import DebVisorCore
import Glibc
import Platform

/// The resident scheduler: sleeps until something is due or somebody changed the store.
package struct ScheduleDaemon: Sendable {
    let scheduler: Scheduler

    package init(_ scheduler: Scheduler) { self.scheduler = scheduler }

    /// Serves until `stop` says so; running commands go on under their supervisors.
    ///
    /// Tells the service manager READY, WATCHDOG and STOPPING where `NOTIFY_SOCKET` is set. Blocks its thread.
    /// - Parameters:
    ///   - stop: a descriptor that becomes readable when the daemon shall end.
    ///   - report: hears what every look did; its troubles and events are acknowledged when it returns.
    ///   - trouble: hears of a look that failed; the daemon tries again after ten seconds.
    /// - Throws: `unavailable` if changes of the store cannot be watched.
    package func serve(
        until stop: Int32, report: (RunDueReport) -> Void, trouble: (Fault) -> Void
    ) throws {
        guard let watch = StoreWatch(scheduler.store) else {
            throw Fault(
                .unavailable, "cannot watch the store for changes", hint: "raise fs.inotify.max_user_instances")
        }
        let manager = ServiceManager()
        let timer = try WallTimer()
        var isReady = false
        while true {
            // First, so that a change during the look is seen after it.
            watch.forget()
            var deadline: Int64?
            do {
                try scheduler.store.awaitWriters()
                let looked = try scheduler.runDue()
                report(looked)
                try scheduler.store.acknowledge(looked)
                deadline = looked.nextDeadline?.milliseconds
            } catch let fault as Fault {
                trouble(fault)
                deadline = scheduler.clock.now().milliseconds + 10_000
            }
            if !isReady {
                isReady = true
                manager.ready()
            }
            guard try timer.set(deadline) else { continue }
            // What a look needs is not needed while it sleeps.
            dv_release_code()
            if wait(watch, stop, timer, manager) { break }
        }
        manager.stopping()
    }

    /// Sleeps until something is due, somebody changes the store or sets the clock, or a supervisor ends.
    /// - Returns: whether the daemon shall end.
    private func wait(_ watch: StoreWatch, _ stop: Int32, _ timer: WallTimer, _ manager: ServiceManager) -> Bool {
        let supervisors = SupervisorWatch(scheduler)
        defer { withExtendedLifetime(supervisors) {} }
        while true {
            manager.alive()
            var entries = ([watch.descriptor, stop, timer.descriptor] + supervisors.descriptors).map {
                pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            }
            guard poll(&entries, nfds_t(entries.count), manager.watchdogInterval.map { Int32(clamping: $0) } ?? -1) > 0
            else { continue }
            if entries[1].revents != 0 { return true }
            if watch.forget() || entries[2...].contains(where: { $0.revents != 0 }) { return false }
        }
    }
}
