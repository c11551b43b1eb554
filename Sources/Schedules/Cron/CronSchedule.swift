/// When an expression is due in a zone, whatever its clocks do.
///
/// The rules are those of Debian's cron(8). A job at fixed times (`CronExpression.isFixedTime`) whose time does not exist
/// runs at the first minute after the gap, once however many of its times fell into it, and runs once, the first time, if
/// its time exists twice. Every other job follows the clock: nothing in a gap, twice in an overlap.
///
/// The daemon has to guess from jumps of the clock: it replays all jobs after one of up to five minutes, and takes one of
/// three hours or more for a clock that was set. A zone's own data leave nothing to guess, so the rules hold for gaps and
/// overlaps of every size: the weekly job of the Friday that Samoa left out in 2011 ran at the following midnight, late
/// rather than never.
package struct CronSchedule: Sendable {
    package let expression: CronExpression
    package let rules: TimeZoneRules

    package init(_ expression: CronExpression, _ rules: TimeZoneRules) {
        self.expression = expression
        self.rules = rules
    }

    /// Slots are looked for from the year 1 to the end of 9999, which is what RFC 3339 can write.
    static let calendar: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// The first slot later than an instant in seconds since 1970.
    ///
    /// Nil after the year 9999, and for a schedule that wants only times which its zone leaves out, for ever: `* 2` on the
    /// last Sundays of March in Berlin.
    package func next(after instant: Int64) -> CronSlot? {
        var search = CronSearch(self, from: instant)
        return search.next(after: instant)
    }

    /// Every slot later than an instant, without end but that of the calendar.
    package func slots(after instant: Int64) -> CronSlots { CronSlots(self, after: instant) }

    /// Whether a slot begins at this very second.
    package func isDue(at instant: Int64) -> Bool { next(after: instant - 1)?.instant == instant }
}
