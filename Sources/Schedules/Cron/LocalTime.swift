/// A minute as a clock on the wall shows it, with its date; which instant that is, only a zone can tell.
package struct LocalTime: Sendable, Hashable, Comparable {
    /// Minutes of that clock since its 1970-01-01 00:00.
    package var minutes: Int64

    package init(minutes: Int64) { self.minutes = minutes }

    package init(_ date: CivilDate, hour: Int, minute: Int) {
        minutes = date.dayNumber * 1440 + Int64(hour * 60 + minute)
    }

    /// The first whole minute that is not before so many seconds of the wall clock.
    init(notBefore seconds: Int64) { minutes = (seconds + 59).flooredQuotient(by: 60) }

    package var seconds: Int64 { minutes * 60 }
    package var date: CivilDate { CivilDate(dayNumber: minutes.flooredQuotient(by: 1440)) }
    package var hour: Int { Int(minutes.flooredRemainder(by: 1440) / 60) }
    package var minute: Int { Int(minutes.flooredRemainder(by: 60)) }

    package static func < (a: LocalTime, b: LocalTime) -> Bool { a.minutes < b.minutes }
}

extension LocalTime: CustomStringConvertible {
    /// `02:30`.
    package var clock: String { "\(Self.padded(hour, 2)):\(Self.padded(minute, 2))" }

    /// `2026-03-29`.
    package var day: String {
        let date = date
        return "\(Self.padded(Int(date.year), 4))-\(Self.padded(date.month, 2))-\(Self.padded(date.day, 2))"
    }

    /// `2026-03-29 02:30`.
    package var description: String { "\(day) \(clock)" }

    static func padded(_ number: Int, _ width: Int) -> String {
        let digits = "\(number)"
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
