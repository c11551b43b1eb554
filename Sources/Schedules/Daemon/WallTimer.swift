import CSystem
import DebVisorCore
import Glibc
import Platform

/// Wakes at an instant of the clock on the wall, also after a sleep of the host, and whenever that clock is set.
final class WallTimer {
    /// Readable from then on until it is set again.
    let descriptor: Int32

    init() throws {
        descriptor = dv_wall_timer()
        guard descriptor >= 0 else { throw Fault.system(-descriptor, "make", "timer") }
    }

    deinit { close(descriptor) }

    /// - Parameter milliseconds: since 1970; nil for never, but for a clock that is set.
    /// - Returns: false if the clock was set just now, so that it is time to look again.
    func set(_ milliseconds: Int64?) throws -> Bool {
        let code = dv_set_wall_timer(descriptor, max(1, milliseconds ?? CronSchedule.calendar.upperBound * 1000))
        guard code == 0 || code == ECANCELED else { throw Fault.system(code, "set", "timer") }
        return code == 0
    }
}
