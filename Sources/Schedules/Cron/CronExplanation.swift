/// An expression in English: `at 03:00, on days 1 and 15 of the month or on Fridays, in March`.
package struct CronExplanation: Sendable, Hashable {
    /// `at 03:00`, `every 5 minutes in hours 9 to 17`.
    package let times: String
    /// `every day`, `on days 1 and 15 of the month that are Fridays`.
    package let days: String
    /// `in March and September`; empty for all months.
    package let months: String

    package init(_ expression: CronExpression) {
        times = Self.times(expression)
        days = Self.days(expression)
        months =
            expression.month.count == 12
            ? "" : "in \(WordList.joined(expression.month.values, CronExpression.name(ofMonth:)))"
    }

    package var text: String { [times, days, months].filter { !$0.isEmpty }.joined(separator: ", ") }

    /// More times of day than this are not listed one by one.
    private static let listed = 6

    private static func times(_ expression: CronExpression) -> String {
        let (minutes, hours) = (expression.minute, expression.hour)
        if minutes.count * hours.count <= listed {
            let times = hours.values.flatMap { hour in
                minutes.values.map { "\(LocalTime.padded(hour, 2)):\(LocalTime.padded($0, 2))" }
            }
            return "at " + WordList.joined(times)
        }
        let everyHour = hours.count == 24
        if minutes.count == 1, let minute = minutes.values.first {
            if everyHour { return "every hour at minute \(minute)" }
            if let step = evenStep(hours, of: 24) { return "every \(step) hours at minute \(minute)" }
            return "at minute \(minute) of hours \(WordList.joined(hours.values))"
        }
        let inHours =
            everyHour ? "" : " in hour\(hours.count == 1 ? "" : "s") \(WordList.joined(hours.values))"
        if minutes.count == 60 { return "every minute" + inHours }
        if let step = evenStep(minutes, of: 60) { return "every \(step) minutes" + inHours }
        return "at minutes \(WordList.joined(minutes.values))" + (everyHour ? " of every hour" : inHours)
    }

    /// n of `*/n` where n divides the field, so that the distance is the same everywhere.
    private static func evenStep(_ values: CronValues, of length: Int) -> Int? {
        values.step.flatMap { $0 > 1 && length % $0 == 0 ? $0 : nil }
    }

    private static func days(_ expression: CronExpression) -> String {
        let allDates = expression.dayOfMonth.bits == CronField.dayOfMonth.allBits
        let allWeekdays = expression.dayOfWeek.bits == CronField.dayOfWeek.allBits
        let dates = expression.dayOfMonth.values
        let inMonth = "on day\(dates.count == 1 ? "" : "s") \(WordList.joined(dates)) of the month"
        let weekdays = weekdays(expression.dayOfWeek)
        switch (allDates, allWeekdays) {
        case (true, true): return "every day"
        // One of both is enough, and one of them is every day.
        case (true, false) where !expression.needsBothDays, (false, true) where !expression.needsBothDays:
            return "every day"
        case (true, false): return "on \(weekdays)"
        case (false, true): return inMonth
        case (false, false):
            return inMonth + (expression.needsBothDays ? " that are \(weekdays)" : " or on \(weekdays)")
        }
    }

    /// `Mondays to Fridays`, `Saturdays and Sundays`: the week begins on Monday.
    private static func weekdays(_ values: CronValues) -> String {
        let days = (1...7).filter { values.contains($0 % 7) }
        return WordList.joined(days) { CronExpression.name(ofWeekday: $0) + "s" }
    }
}

extension CronExplanation: CustomStringConvertible {
    package var description: String { text }
}
