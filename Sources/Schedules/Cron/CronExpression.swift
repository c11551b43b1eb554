/// A cron expression: five fields in the dialect of Debian's crontab(5), read strictly, or a macro such as `@daily`.
///
/// If both day fields are restricted, a day needs to match one of them; if either begins with `*`, it must match both
/// (Debian's cron, `DOM_STAR` and `DOW_STAR`). Expressions are equal if they are written alike.
package struct CronExpression: Sendable, Hashable {
    /// As it was given.
    package let text: String
    package let minute: CronValues
    package let hour: CronValues
    package let dayOfMonth: CronValues
    package let month: CronValues
    package let dayOfWeek: CronValues
    /// For each weekday (0 is Sunday) that a month begins with: bit d is set if day d is one that `dayOfWeek` wants.
    let weekdayMasks: [UInt32]

    /// - Throws: the first thing that is wrong, with its place and, where there is one, a correction; also
    ///   `neverFires` for a date that no calendar has.
    package init(_ text: String) throws(CronError) {
        self.text = text
        var source = CronText(text)
        var words = source.words
        if let first = words.first, source.bytes[first.lowerBound] == UInt8(ascii: "@") {
            source = CronText(try CronMacro.fields(of: source, words))
            words = source.words
        }
        guard words.count == CronField.allCases.count else { throw Self.wrongCount(source, words) }
        func values(_ field: CronField) throws(CronError) -> CronValues {
            try CronFieldParser(field: field, text: source, range: words[field.rawValue]).values()
        }
        minute = try values(.minute)
        hour = try values(.hour)
        dayOfMonth = try values(.dayOfMonth)
        month = try values(.month)
        dayOfWeek = try values(.dayOfWeek)
        weekdayMasks = Self.weekdayMasks(dayOfWeek)
        if let error = missingDay(source, words[CronField.dayOfMonth.rawValue]) { throw error }
    }

    /// Neither minute nor hour begins with `*`: a job at fixed times, which is neither lost nor doubled when clocks
    /// change. Any other follows the clock. (Debian's cron(8); its `MIN_STAR` and `HR_STAR`.)
    package var isFixedTime: Bool { !minute.beginsWithStar && !hour.beginsWithStar }

    /// A day must match both day fields; otherwise one is enough.
    package var needsBothDays: Bool { dayOfMonth.beginsWithStar || dayOfWeek.beginsWithStar }

    package func values(_ field: CronField) -> CronValues {
        switch field {
        case .minute: minute
        case .hour: hour
        case .dayOfMonth: dayOfMonth
        case .month: month
        case .dayOfWeek: dayOfWeek
        }
    }

    package func matches(_ time: LocalTime) -> Bool {
        minute.contains(time.minute) && hour.contains(time.hour) && matches(dayOf: time.date)
    }

    package func matches(dayOf date: CivilDate) -> Bool {
        month.contains(date.month) && days(year: date.year, month: date.month) >> UInt32(date.day) & 1 == 1
    }

    private static func weekdayMasks(_ dayOfWeek: CronValues) -> [UInt32] {
        (0..<7).map { first in
            (1...31).reduce(0) { mask, day in
                dayOfWeek.contains((first + day - 1) % 7) ? mask | 1 << UInt32(day) : mask
            }
        }
    }
}

extension CronExpression: CustomStringConvertible {
    package var description: String { text }
}
