import DebVisorCore
import Platform

/// When a job is due: slots of its schedule, each later by the same jitter.
struct JobTiming {
    let schedule: CronSchedule
    let jitterSeconds: Int64

    /// - Throws: `usage` or `unavailable` if the zone cannot be had.
    init(_ job: JobDefinition) throws {
        schedule = try job.schedule()
        jitterSeconds = Self.jitter(of: job.name.text, upTo: job.jitterSeconds)
    }

    init(_ schedule: CronSchedule, jitterSeconds: Int64) {
        self.schedule = schedule
        self.jitterSeconds = jitterSeconds
    }

    /// When the first slot after an instant is due, both in milliseconds; nil if there is none.
    func due(after slot: Int64) -> Int64? {
        schedule.next(after: slot.flooredQuotient(by: 1000)).map { ($0.instant + jitterSeconds) * 1000 }
    }

    /// Always the same for a job on a host (FNV-1a of the machine's id and the name), so that restarts never move it.
    static func jitter(of name: String, upTo seconds: Int) -> Int64 {
        guard seconds > 0 else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in Array(machineID.utf8) + [0] + Array(name.utf8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        // The last bytes alone would decide the high bits little: mix once (SplitMix64's finisher).
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int64((hash ^ (hash >> 31)) % UInt64(seconds + 1))
    }

    private static let machineID = Host.machineID ?? Host.name
}
