/// One time at which a schedule is due.
package struct CronSlot: Sendable, Hashable {
    /// How a change of clocks bears on the slot.
    package enum Note: Sendable, Hashable {
        case none
        /// The first minute after a gap. `wanted` is the first of the times that do not exist and are made up for here
        /// (`merged` has all of them); the schedule may also want this minute itself.
        case gapShift(wanted: LocalTime, dueAnyway: Bool)
        /// This local time comes once more, after clocks have been put back.
        case overlapFirst
        /// This local time was there before. Only schedules that follow the clock are due again.
        case overlapSecondPass
    }

    /// Seconds since 1970 in UTC; a whole minute of local time.
    package var instant: Int64
    /// Seconds east of UTC.
    package var utcOffset: Int64
    /// The local times of a gap that this slot stands for, ascending; empty but for `gapShift`.
    package var merged: [LocalTime]
    package var note: Note

    /// What the zone's clocks show.
    package var localTime: LocalTime { LocalTime(minutes: (instant + utcOffset).flooredQuotient(by: 60)) }

    /// `2026-03-29T03:00:00+02:00`.
    package var rfc3339: String { RFC3339.text(instant, utcOffset: utcOffset) }
}
