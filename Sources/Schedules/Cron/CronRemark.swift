/// Something about a valid expression that may not be what its author had in mind.
package struct CronRemark: Sendable, Hashable {
    package enum Rule: String, Sendable, Hashable, CaseIterable {
        /// Both day fields are set, and a day needs to match one of them only.
        case eitherDay
        /// Both day fields are set, and a day needs to match both.
        case bothDays
        /// Both day fields are set, and one of them already matches every day.
        case everyDay
        /// `*/7`: the last distance before the field begins anew is another.
        case unevenStep
        /// `*/90`: the step leads out of the field at once.
        case wholeStep
        /// Days that some of the months do not have.
        case shortMonths
        /// Less than one slot a year.
        case rare
        /// A change of the zone's clocks moves, leaves out or doubles slots.
        case clockChange
        /// The zone leaves out every time that is wanted.
        case neverInZone
    }

    package var rule: Rule
    /// The field it is about, if it is one.
    package var field: CronField?
    /// Lower case, without a full stop.
    package var text: String
}

extension CronExpression {
    /// What can be said without a zone.
    package var remarks: [CronRemark] {
        var remarks = dayRemarks
        for (field, length, unit, next) in [
            (CronField.minute, 60, "minute", "hour"), (.hour, 24, "hour", "day"),
            (.dayOfMonth, 31, "day", "month"), (.month, 12, "month", "year"), (.dayOfWeek, 7, "day", "week"),
        ] {
            guard let step = values(field).step, step > 1, let last = values(field).values.last else { continue }
            if step >= length {
                remarks.append(
                    CronRemark(
                        rule: .wholeStep, field: field,
                        text: "'*/\(step)' is the same as '\(field.range.lowerBound)': steps begin anew each \(next)"))
                continue
            }
            // Months differ in length: their days are never even.
            let rest = field.values.upperBound + 1 - last
            guard rest != step || field == .dayOfMonth else { continue }
            let distance = field == .dayOfMonth ? "" : " after \(rest) \(unit)\(rest == 1 ? "" : "s")"
            remarks.append(
                CronRemark(
                    rule: .unevenStep, field: field,
                    text: "'*/\(step)' begins anew each \(next): \(field.range.lowerBound) follows \(last)\(distance)"))
        }
        if let missing = shortMonths { remarks.append(missing) }
        let perYear = slotsPerYear
        if perYear < 1 {
            remarks.append(CronRemark(rule: .rare, text: "due about once in \(Int((1 / perYear).rounded())) years"))
        }
        return remarks
    }

    private var dayRemarks: [CronRemark] {
        let isSet = { (field: CronField) in values(field).bits != field.allBits }
        let (dates, weekdays) = (isSet(.dayOfMonth), isSet(.dayOfWeek))
        if needsBothDays {
            guard dates && weekdays else { return [] }
            return [
                CronRemark(
                    rule: .bothDays,
                    text: "a day must match both day of month and day of week, because one of them begins with '*'")
            ]
        }
        guard dates && weekdays else {
            return [
                CronRemark(
                    rule: .everyDay,
                    text: "due every day: day of month or day of week is enough, and one of them has all values;"
                        + " write '*' for that one")
            ]
        }
        return [
            CronRemark(
                rule: .eitherDay,
                text: "due if the day of month or the day of week matches, not only if both do: about"
                    + " \(Int((slotsPerYear / Double(minute.count * hour.count)).rounded())) days a year")
        ]
    }

    private var shortMonths: CronRemark? {
        guard needsBothDays, let first = dayOfMonth.values.first, first > 28 else { return nil }
        // Of a year that is no leap year.
        let without = month.values.filter { CivilDate.length(ofMonth: $0, year: 2001) < first }
        guard !without.isEmpty, without.count < month.count else { return nil }
        let when = first == 29 ? " of a common year" : ""
        return CronRemark(
            rule: .shortMonths, field: .dayOfMonth,
            text: "not due in \(WordList.joined(without.map(Self.name(ofMonth:))))\(when): too short for day \(first)")
    }
}
