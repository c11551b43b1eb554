import Glibc

/// Clocks that nobody sets, in seconds.
package enum ProcessTime {
    /// Since the host was started.
    package static var uptime: Double { seconds(of: CLOCK_MONOTONIC) }

    /// Since the host was started, also while it slept.
    package static var sinceBoot: Double { seconds(of: CLOCK_BOOTTIME) }

    /// Processor time that all threads of this process have used.
    package static var processor: Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
