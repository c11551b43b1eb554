/// What a change of a zone's clocks does to a schedule.
package struct CronClockChange: Sendable, Hashable {
    package enum Effect: Sendable, Hashable {
        /// Times that do not exist; one slot at `runsAt` stands for all of them.
        case moved(runsAt: LocalTime)
        /// Times that do not exist, and nothing instead.
        case leftOut
        /// Times that exist twice, due the first time only.
        case onlyFirst
        /// Times that exist twice and are due twice.
        case doubled
    }

    /// When clocks change, UTC.
    package var instant: Int64
    package var effect: Effect
    /// First and last of the wanted local times.
    package var first: LocalTime
    package var last: LocalTime
    /// How many there are.
    package var count: Int

    /// `2026-03-29 02:30 does not exist, runs at 03:00`.
    package var text: String {
        let isOne = count == 1
        let times =
            isOne ? "\(first)" : "\(first) to \(first.day == last.day ? last.clock : last.description) (\(count) times)"
        let (doNot, come, run) = isOne ? ("does not", "comes", "runs") : ("do not", "come", "run")
        return switch effect {
        case .moved(let end): "\(times) \(doNot) exist, \(isOne ? run : "run once") at \(end.clock)"
        case .leftOut: "\(times) \(doNot) exist, left out"
        case .onlyFirst: "\(times) \(come) twice, \(run) the first time"
        case .doubled: "\(times) \(come) twice, \(run) both times"
        }
    }
}

extension CronSchedule {
    /// The changes of clocks from one instant until another that fall on times the schedule wants.
    ///
    /// A schedule that is due at the same minutes of every hour of every day is left out of it: clocks that are put
    /// forward or back by whole hours do not disturb it.
    package func clockChanges(from start: Int64, until end: Int64) -> [CronClockChange] {
        var changes: [CronClockChange] = []
        var interval = rules.interval(at: start)
        while let next = rules.interval(after: interval), next.start < end {
            interval = next
            let isHourly =
                (next.reached - next.localStart) % 3600 == 0 && expression.hour.count == 24 && !expression.isFixedTime
            if !isHourly, let change = change(at: next) { changes.append(change) }
        }
        return changes
    }

    private func change(at interval: ZoneInterval) -> CronClockChange? {
        let (low, high) = (min(interval.localStart, interval.reached), max(interval.localStart, interval.reached))
        var times: (first: LocalTime, last: LocalTime, count: Int)?
        var time = expression.first(notBefore: LocalTime(notBefore: low))
        while let found = time, found.seconds < high {
            times = (times?.first ?? found, found, (times?.count ?? 0) + 1)
            time = expression.first(notBefore: LocalTime(minutes: found.minutes + 1))
        }
        guard let times else { return nil }
        let effect: CronClockChange.Effect =
            switch (interval.beginsWithGap, expression.isFixedTime) {
            case (true, true): .moved(runsAt: interval.gapEnd)
            case (true, false): .leftOut
            case (false, true): .onlyFirst
            case (false, false): .doubled
            }
        return CronClockChange(
            instant: interval.start, effect: effect, first: times.first, last: times.last, count: times.count)
    }

    /// The expression's remarks, and what the zone adds to them within so many seconds (two years).
    package func remarks(from start: Int64, within seconds: Int64 = 2 * 366 * 86_400) -> [CronRemark] {
        if next(after: start) == nil {
            return expression.remarks + [
                CronRemark(
                    rule: .neverInZone,
                    text: "never due in \(rules.name): its clocks leave out every time that is wanted")
            ]
        }
        return expression.remarks
            + clockChanges(from: start, until: start + seconds).map {
                CronRemark(rule: .clockChange, text: "\($0.text) (\(rules.name))")
            }
    }
}
