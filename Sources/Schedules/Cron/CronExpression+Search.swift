/// The next matching minute of a calendar without zones: bits and trailing zeros, no stepping through time.
extension CronExpression {
    /// The days of a month that match: bit d for day d. The month itself is not looked at.
    @inline(__always)
    func days(year: Int64, month: Int) -> UInt32 {
        let first = CivilDate(year: year, month: month, day: 1).dayNumber
        return days(
            weekdayOfFirst: CivilDate.weekday(ofDayNumber: first), length: CivilDate.length(ofMonth: month, year: year))
    }

    @inline(__always)
    func days(weekdayOfFirst: Int, length: Int) -> UInt32 {
        let byDate = UInt32(truncatingIfNeeded: dayOfMonth.bits)
        let byWeekday = weekdayMasks[weekdayOfFirst]
        let both = needsBothDays ? byDate & byWeekday : byDate | byWeekday
        return both & UInt32(truncatingIfNeeded: (UInt64(1) << UInt64(length + 1)) - 1)
    }

    /// Nil does not happen within the calendar: what no date satisfies is no expression.
    func first(notBefore time: LocalTime) -> LocalTime? {
        let today = time.minutes.flooredQuotient(by: 1440)
        let date = CivilDate(dayNumber: today)
        if matches(dayOf: date), let minute = minuteOfDay(notBefore: Int(time.minutes - today * 1440)) {
            return LocalTime(minutes: today * 1440 + Int64(minute))
        }
        guard let next = nextDay(after: date), let minute = minuteOfDay(notBefore: 0) else { return nil }
        return LocalTime(minutes: next * 1440 + Int64(minute))
    }

    /// 0 to 1439, or nil if this day has no more.
    @inline(__always)
    private func minuteOfDay(notBefore minute: Int) -> Int? {
        let wanted = minute / 60
        if hour.contains(wanted) {
            let rest = self.minute.bits >> UInt64(minute % 60)
            if rest != 0 { return minute + rest.trailingZeroBitCount }
        }
        let hours = hour.bits >> UInt64(wanted + 1)
        guard hours != 0 else { return nil }
        return (wanted + 1 + hours.trailingZeroBitCount) * 60 + self.minute.bits.trailingZeroBitCount
    }

    /// The number of the next day that matches.
    private func nextDay(after date: CivilDate) -> Int64? {
        var (year, month) = (date.year, date.month)
        if self.month.contains(month) {
            let rest = days(year: year, month: month) >> UInt32(date.day + 1)
            if rest != 0 {
                return CivilDate(year: year, month: month, day: date.day + 1 + rest.trailingZeroBitCount).dayNumber
            }
        }
        // The calendar repeats after 400 years.
        while year <= date.year + 400 {
            let months = self.month.bits >> UInt64(month + 1)
            if months != 0 {
                month += 1 + months.trailingZeroBitCount
            } else {
                year += 1
                month = self.month.bits.trailingZeroBitCount
            }
            let days = days(year: year, month: month)
            if days != 0 {
                return CivilDate(year: year, month: month, day: days.trailingZeroBitCount).dayNumber
            }
        }
        return nil
    }
}
