import DebVisorCore
import Glibc
import Platform

/// The system's clock, or one that runs faster: `SCHEDULE_CLOCK=MILLISECONDS,SECONDS,FACTOR` says which time it was so
/// many seconds after boot, and how much faster it runs.
enum DriverClock {
    static var current: any WallClock {
        let parts = getenv("SCHEDULE_CLOCK").map { String(cString: $0).split(separator: ",") } ?? []
        guard parts.count == 3, let start = Int64(parts[0]), let boot = Double(parts[1]), let factor = Double(parts[2])
        else { return LiveClock() }
        return FastClock(start: start, boot: boot, factor: factor)
    }
}

private struct FastClock: WallClock {
    let start: Int64
    let boot: Double
    let factor: Double

    func now() -> Timestamp {
        Timestamp(milliseconds: start + Int64((ProcessTime.sinceBoot - boot) * 1000 * factor))
    }
}
