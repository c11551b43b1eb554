/// Looks for slots, interval by interval of a zone, and remembers where it is.
///
/// A calendar search (`CronExpression.first(notBefore:)`) is made once and holds for all intervals until the found time:
/// they are compared with it, not searched. So a leap day that is a Sunday, 40 years ahead, costs 80 comparisons.
struct CronSearch: Sendable {
    private let expression: CronExpression
    private let rules: TimeZoneRules
    private let isFixedTime: Bool
    /// The interval of the last answer.
    private var index: Int
    private var interval: ZoneInterval
    /// No local time from `knownFrom` to before `known` matches, but `known` does.
    private var knownFrom = LocalTime(minutes: 1)
    private var known = LocalTime(minutes: 0)

    init(_ schedule: CronSchedule, from instant: Int64) {
        expression = schedule.expression
        rules = schedule.rules
        isFixedTime = expression.isFixedTime
        index = rules.index(at: instant)
        interval = rules[index]
    }

    /// - Parameter instant: never earlier than before.
    mutating func next(after instant: Int64) -> CronSlot? {
        let after = max(instant, CronSchedule.calendar.lowerBound - 1)
        guard after < CronSchedule.calendar.upperBound else { return nil }
        if after < interval.start || after >= interval.end {
            index = rules.index(at: after)
            interval = rules[index]
        }
        // When the rules have repeated once, nothing new can come.
        let limit = max(after, rules.settled) + TimeZoneRules.cycle + 2 * 86_400
        while interval.start < limit {
            if let slot = slot(after: after) {
                return slot.instant <= CronSchedule.calendar.upperBound ? slot : nil
            }
            guard interval.end < ZoneInterval.forever else { return nil }
            index += 1
            interval = rules[index]
        }
        return nil
    }

    /// The first slot of the current interval that is later.
    private mutating func slot(after instant: Int64) -> CronSlot? {
        var local = LocalTime(notBefore: max(instant + 1, interval.start) + interval.utcOffset)
        if isFixedTime {
            let reached = LocalTime(notBefore: interval.reached)
            if interval.beginsWithGap && instant < interval.instant(of: interval.gapEnd),
                let wanted = first(notBefore: reached), wanted.seconds < interval.localStart
            {
                return slotAfterGap(from: wanted)
            }
            local = max(local, reached)
        }
        guard let time = first(notBefore: local) else { return nil }
        let found = interval.instant(of: time)
        guard found < interval.end else { return nil }
        return CronSlot(instant: found, utcOffset: interval.utcOffset, merged: [], note: note(time))
    }

    private func slotAfterGap(from wanted: LocalTime) -> CronSlot {
        let end = interval.gapEnd
        var merged: [LocalTime] = []
        var time: LocalTime? = wanted
        while let missed = time, missed.seconds < interval.localStart {
            merged.append(missed)
            time = expression.first(notBefore: LocalTime(minutes: missed.minutes + 1))
        }
        return CronSlot(
            instant: interval.instant(of: end), utcOffset: interval.utcOffset, merged: merged,
            note: .gapShift(wanted: wanted, dueAnyway: expression.matches(end)))
    }

    private func note(_ time: LocalTime) -> CronSlot.Note {
        if time.seconds < interval.reached { return .overlapSecondPass }
        // Clocks are never put back by more than two days.
        guard interval.end - interval.instant(of: time) < 2 * 86_400 else { return .none }
        return time.seconds >= rules[index + 1].localStart ? .overlapFirst : .none
    }

    @inline(__always)
    private mutating func first(notBefore time: LocalTime) -> LocalTime? {
        if knownFrom <= time && time <= known { return known }
        guard let found = expression.first(notBefore: time) else { return nil }
        (knownFrom, known) = (time, found)
        return found
    }
}
