/// Instants as text.
enum TimeText {
    /// `2026-11-24T18:01:22Z`; with milliseconds only when there are some.
    static func rfc3339(_ milliseconds: Int64) -> String {
        let fraction = milliseconds.modulo(1000)
        let seconds = (milliseconds - fraction) / 1000
        let second = seconds.modulo(86_400)
        let (year, month, day) = date((seconds - second) / 86_400)
        let clock = "\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
        let part = fraction == 0 ? "" : "." + String(String(1000 + fraction).dropFirst())
        return "\(padded(year, 4))-\(two(month))-\(two(day))T\(clock)\(part)Z"
    }

    /// How long ago, or in how long: `5s ago`, `3h ago`, `in 2d`.
    static func age(_ milliseconds: Int64, now: Int64) -> String {
        let (difference, overflow) = now.subtractingReportingOverflow(milliseconds)
        guard !overflow, difference != Int64.min else { return rfc3339(milliseconds) }
        let seconds = abs(difference) / 1000
        let steps: [(limit: Int64, size: Int64, unit: String)] = [
            (60, 1, "s"), (3600, 60, "m"), (86_400, 3600, "h"), (86_400 * 60, 86_400, "d"),
            (86_400 * 730, 86_400 * 30, "mo"),
        ]
        let step = steps.first { seconds < $0.limit } ?? (0, 86_400 * 365, "y")
        let span = "\(seconds / step.size)\(step.unit)"
        if seconds == 0 { return "now" }
        return difference > 0 ? "\(span) ago" : "in \(span)"
    }

    private static func two(_ number: Int64) -> String { padded(number, 2) }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(abs(number))
        return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    /// The Gregorian date of a day counted from 1970-01-01
    /// (Howard Hinnant, "chrono-compatible low-level date algorithms").
    private static func date(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let z = days + 719_468
        let dayOfEra = z.modulo(146_097)
        let era = (z - dayOfEra) / 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }
}

extension Int64 {
    /// The remainder that is never negative.
    fileprivate func modulo(_ divisor: Int64) -> Int64 {
        let remainder = self % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }
}
