import CSystem
import Glibc
import Platform

/// Hears of supervisors that end. One that is killed changes nothing in the store, and its run has to be taken over.
final class SupervisorWatch {
    /// Readable from the end of a process on (pidfd_open(2)).
    let descriptors: [Int32]

    /// Those of the runs under way that live now.
    init(_ scheduler: Scheduler) {
        let directory = scheduler.store.directory
        descriptors = RunFiles.active(in: directory).compactMap { number in
            guard let found = try? RunFiles(number, in: directory).supervisor(), found.isAlive,
                let process = found.process
            else { return nil }
            let descriptor = dv_pidfd_open(process.identity.number)
            return descriptor >= 0 ? descriptor : nil
        }
    }

    deinit { for descriptor in descriptors { close(descriptor) } }
}
