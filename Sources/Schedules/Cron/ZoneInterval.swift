/// A time during which a zone's clocks run without a change.
package struct ZoneInterval: Sendable {
    /// The first second, UTC.
    package var start: Int64
    /// The first second of the next interval, UTC; `ZoneInterval.forever` for the last.
    package var end: Int64
    /// Seconds east of UTC.
    package var utcOffset: Int64
    /// Local seconds that clocks had reached before `start`: the most of all changes so far, so that a clock put back
    /// does not make anything unseen again. This is the virtual time of Vixie's cron.
    package var reached: Int64
    /// Index in `TimeZoneRules.clocks`.
    var clock: Int

    /// Far enough for every calendar, near enough that sums do not overflow.
    package static let forever: Int64 = 1 << 60

    /// What the clocks show at `start`, in local seconds.
    package var localStart: Int64 { start + utcOffset }
    /// Local times from `reached` to `localStart` do not exist.
    package var beginsWithGap: Bool { reached < localStart }
    /// Local times from `localStart` to `reached` are here for the second time.
    package var beginsWithOverlap: Bool { reached > localStart }

    /// The first whole minute after the gap.
    var gapEnd: LocalTime { LocalTime(notBefore: localStart) }

    func instant(of time: LocalTime) -> Int64 { time.seconds - utcOffset }
}
