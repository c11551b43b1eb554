/// Slots of a job that passed since somebody last looked.
struct PassedSlots: Equatable {
    /// Ascending, in seconds; the newest `Ledger.recordLimit` of them.
    var slots: [Int64] = []
    /// Local times in gaps of the clocks, by the slot that stands for them.
    var inGaps: [Int64: [LocalTime]] = [:]
    /// The first of those left out, if there were more.
    var omittedFrom: Int64?

    /// Those in (`after`, `through`]. Takes bounded time, whatever the distance.
    init(of schedule: CronSchedule, after: Int64, through: Int64, limit: Int = Ledger.recordLimit) {
        for slot in schedule.slots(after: after) {
            if slot.instant > through { return }
            append(slot)
            if slots.count > limit { break }
        }
        guard slots.count > limit, let first = slots.first else { return }
        omittedFrom = first
        var window: Int64 = 3600
        repeat {
            let start = max(after, through - window)
            slots = []
            for slot in schedule.slots(after: start) {
                if slot.instant > through { break }
                append(slot)
            }
            window *= 2
        } while slots.count < limit && through - window / 2 > after
        slots = Array(slots.suffix(limit))
    }

    private mutating func append(_ slot: CronSlot) {
        slots.append(slot.instant)
        if !slot.merged.isEmpty { inGaps[slot.instant] = slot.merged }
    }
}
