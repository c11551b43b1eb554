/// A zone of the tz database: which clock it uses when, for all time.
///
/// The transitions of the zone file come first; its rule is then written out for 400 years, after which calendar and
/// rule repeat, so that every look-up is a search in one array.
package struct TimeZoneRules: Sendable {
    package let name: String
    /// All clocks the zone has used.
    package let clocks: [ZoneClock]
    private let intervals: [ZoneInterval]
    /// Intervals from this one to the last recur every 400 years; nil if the last interval has no end.
    private let cycleStart: Int?

    package static let utc = TimeZoneRules(
        name: "UTC", first: ZoneClock(utcOffset: 0, isDaylightSaving: false, abbreviation: "UTC"))

    /// Seconds in 400 years of the Gregorian calendar, which are whole weeks too.
    static let cycle: Int64 = 146_097 * 86_400

    init(name: String, first: ZoneClock, transitions: [ZoneTransition] = [], rule: PosixTimeZone? = nil) {
        self.name = name
        // The year in which the rule has taken over for good.
        let year =
            transitions.last.map {
                CivilDate(dayNumber: $0.time.flooredQuotient(by: 86_400)).year + 1
            } ?? 1
        let cycleTime = CivilDate(year: year, month: 1, day: 1).dayNumber * 86_400
        let known = transitions.last?.time ?? Int64.min
        // A rule's first or last hours of a year may lie in its neighbours.
        let ruled = rule?.transitions(inYears: year - 2...year + 401) ?? []
        let all = transitions + ruled.filter { $0.time > known && $0.time < cycleTime + Self.cycle }
        var clocks = [first]
        var intervals = [
            ZoneInterval(
                start: -ZoneInterval.forever, end: ZoneInterval.forever, utcOffset: first.utcOffset,
                reached: -ZoneInterval.forever + first.utcOffset, clock: 0)
        ]
        for transition in all {
            let last = intervals[intervals.count - 1]
            let index = clocks.firstIndex(of: transition.clock) ?? clocks.count
            if index == clocks.count { clocks.append(transition.clock) }
            intervals[intervals.count - 1].end = transition.time
            intervals.append(
                ZoneInterval(
                    start: transition.time, end: ZoneInterval.forever, utcOffset: transition.clock.utcOffset,
                    reached: max(last.reached, transition.time + last.utcOffset), clock: index))
        }
        cycleStart = ruled.isEmpty ? nil : intervals.firstIndex { $0.start >= cycleTime }
        if let cycleStart { intervals[intervals.count - 1].end = intervals[cycleStart].start + Self.cycle }
        self.clocks = clocks
        self.intervals = intervals
    }

    /// The clock at an instant, in seconds since 1970 in UTC.
    package func clock(at instant: Int64) -> ZoneClock { clocks[interval(at: instant).clock] }

    package func clock(of interval: ZoneInterval) -> ZoneClock { clocks[interval.clock] }

    package func interval(at instant: Int64) -> ZoneInterval { self[index(at: instant)] }

    /// What follows an interval with an end.
    package func interval(after interval: ZoneInterval) -> ZoneInterval? {
        interval.end < ZoneInterval.forever ? self.interval(at: interval.end) : nil
    }

    /// From this instant on the rule repeats, or nothing changes any more.
    var settled: Int64 { intervals[cycleStart ?? intervals.count - 1].start }

    /// Indices count on for ever, past what is stored, if there is a cycle.
    subscript(_ index: Int) -> ZoneInterval {
        guard index >= intervals.count, let cycleStart else { return intervals[index] }
        let (rounds, rest) = (index - cycleStart).quotientAndRemainder(dividingBy: intervals.count - cycleStart)
        var interval = intervals[cycleStart + rest]
        let shift = Int64(rounds) * Self.cycle
        interval.start += shift
        interval.end += shift
        interval.reached += shift
        return interval
    }

    /// Of the interval that an instant is in.
    func index(at instant: Int64) -> Int {
        var (wanted, base) = (max(instant, -ZoneInterval.forever), 0)
        if let cycleStart, wanted >= intervals[intervals.count - 1].end {
            let rounds = (wanted - intervals[cycleStart].start) / Self.cycle
            wanted -= rounds * Self.cycle
            base = Int(rounds) * (intervals.count - cycleStart)
        }
        var (low, high) = (0, intervals.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if intervals[middle].start <= wanted { low = middle } else { high = middle }
        }
        return base + low
    }
}
