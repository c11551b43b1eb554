@testable import Schedules

/// A zone minute by minute: what clocks show, and whether they have shown it before or will again.
///
/// This and `WalkedExpression` are the measure of `CronSchedule`: they know no intervals and no bits, and do what the
/// daemon does, whose virtual time never goes back.
struct MinuteWalk {
    /// First minute, UTC, since 1970.
    let start: Int64
    /// Local days since 1970 of the first element of `days`.
    let firstDay: Int64
    var local: [Int64] = []
    var dayIndex: [Int32] = []
    var minuteOfDay: [Int32] = []
    var comesAgain: [Bool] = []
    /// Each local day.
    var days: [(month: Int, day: Int, weekday: Int)] = []
    /// Minutes, UTC, at which the clock jumps.
    var jumps: [Int64] = []

    init(_ rules: TimeZoneRules, year: Int, years: Int) {
        var (day, month, current) = (1, 1, year)
        // 2001-01-01 was a Monday, day 11323.
        var number: Int64 = 11323
        for y in 2001..<year { number += Self.isLeap(y) ? 366 : 365 }
        (start, firstDay) = (number * 1440 + 2880, number)
        var weekday = Int((number - 11323) % 7 + 1) % 7
        while current < year + years {
            days.append((month, day, weekday))
            weekday = (weekday + 1) % 7
            day += 1
            let length = [31, Self.isLeap(current) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
            if day > length { (day, month) = (1, month + 1) }
            if month > 12 { (month, current) = (1, current + 1) }
        }
        // Two days from either end are left to the offsets.
        let count = (days.count - 4) * 1440
        var offset: Int64 = 0
        for index in 0..<count {
            let minute = start + Int64(index)
            // In these years clocks change at full quarters of an hour only.
            if minute % 15 == 0 { offset = rules.clock(at: minute * 60).utcOffset / 60 }
            let shown = minute + offset
            if let last = local.last, shown != last + 1 { jumps.append(minute) }
            local.append(shown)
            dayIndex.append(Int32(shown / 1440 - firstDay))
            minuteOfDay.append(Int32(shown % 1440))
        }
        comesAgain = Array(repeating: false, count: count)
        var lowest = Int64.max
        for index in stride(from: count - 1, through: 0, by: -1) {
            comesAgain[index] = local[index] >= lowest
            lowest = min(lowest, local[index])
        }
    }

    static func isLeap(_ year: Int) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

    /// Which local days and minutes of a day an expression wants.
    private func wanted(_ expression: RandomExpression) -> (days: [Bool], minutes: [Bool]) {
        let wantedDays = days.map { expression.matches(month: $0.month, day: $0.day, weekday: $0.weekday) }
        let wantedMinutes = (0..<1440).map {
            expression.minutes.contains($0 % 60) && expression.hours.contains($0 / 60)
        }
        return (wantedDays, wantedMinutes)
    }

    /// Every slot of the time walked.
    func slots(_ expression: RandomExpression) -> [CronSlot] {
        let (wantedDays, wantedMinutes) = wanted(expression)
        func matches(_ shown: Int64) -> Bool {
            wantedDays[Int(shown / 1440 - firstDay)] && wantedMinutes[Int(shown % 1440)]
        }
        var slots: [CronSlot] = []
        var virtual = local[0] - 1
        var next = 0
        while next < local.count {
            let (index, shown) = (next, local[next])
            next &+= 1
            if shown == virtual &+ 1 {
                virtual = shown
                guard wantedDays[Int(dayIndex[index])] else {
                    // Days that are not wanted and of the usual length need no closer look.
                    if index &+ 1440 < local.count && minuteOfDay[index] == 0 && local[index &+ 1440] == shown &+ 1440 {
                        virtual = shown &+ 1439
                        next = index &+ 1440
                    }
                    continue
                }
                guard wantedMinutes[Int(minuteOfDay[index])] else { continue }
                slots.append(slot(index, comesAgain[index] ? .overlapFirst : .none))
            } else if shown > virtual {
                let missed =
                    expression.isFixedTime ? (virtual + 1..<shown).filter(matches).map { LocalTime(minutes: $0) } : []
                if let first = missed.first {
                    slots.append(slot(index, .gapShift(wanted: first, dueAnyway: matches(shown)), missed))
                } else if matches(shown) {
                    slots.append(slot(index, comesAgain[index] ? .overlapFirst : .none))
                }
                virtual = shown
            } else if !expression.isFixedTime && matches(shown) {
                slots.append(slot(index, .overlapSecondPass))
            }
        }
        return slots
    }

    private func slot(_ index: Int, _ note: CronSlot.Note, _ merged: [LocalTime] = []) -> CronSlot {
        let minute = start + Int64(index)
        return CronSlot(instant: minute * 60, utcOffset: (local[index] - minute) * 60, merged: merged, note: note)
    }
}
