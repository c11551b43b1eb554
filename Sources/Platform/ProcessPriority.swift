import CSystem
import DebVisorCore
import Glibc

/// How much of processors and disks this process leaves to others.
package enum ProcessPriority {
    /// Lowers the priority of every thread that there is; later ones, and children, inherit it. One that is lower
    /// already stays.
    /// - Parameter nice: 0…19; from 1 on disks are waited for behind everybody of the same class, with 19 behind all.
    package static func lower(nice: Int) throws {
        guard nice > 0 else { return }
        // On Linux priorities are the threads'.
        let kind = __priority_which_t(PRIO_PROCESS.rawValue)
        for name in try Directory.names(in: "/proc/self/task") {
            guard let thread = id_t(name) else { continue }
            if getpriority(kind, thread) < nice {
                guard setpriority(kind, thread, Int32(nice)) == 0 || errno == ESRCH else {
                    throw Fault.system(errno, "lower the priority of", "this process")
                }
            }
            // Where disks have no scheduler, or a container forbids it, there is nothing to gain.
            _ = dv_io_priority(pid_t(thread), nice == 19 ? 1 : 0)
        }
    }
}
