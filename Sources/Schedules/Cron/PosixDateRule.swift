/// A day of each year and a time on it.
struct PosixDateRule: Sendable {
    enum Day: Sendable {
        /// `J60`: 1 to 365; 29 February is not counted.
        case julian(Int64)
        /// `59`: 0 to 365.
        case ordinal(Int64)
        /// `M3.5.0`: month, week from 1 to 5 (5 is the last), weekday from 0, Sunday.
        case weekday(month: Int, week: Int64, weekday: Int64)
    }

    var day: Day
    /// Seconds after that day's midnight, on the clock that ends here.
    var time: Int64

    /// Reads `M3.5.0/2`, without the comma before it.
    init?(_ scanner: inout PosixScanner) {
        if scanner.skip("M") {
            guard let month = scanner.number(in: 1...12), scanner.skip("."), let week = scanner.number(in: 1...5),
                scanner.skip("."), let weekday = scanner.number(in: 0...6)
            else { return nil }
            day = .weekday(month: Int(month), week: week, weekday: weekday)
        } else if scanner.skip("J") {
            guard let number = scanner.number(in: 1...365) else { return nil }
            day = .julian(number)
        } else {
            guard let number = scanner.number(in: 0...365) else { return nil }
            day = .ordinal(number)
        }
        time = 7200
        if scanner.skip("/") {
            guard let given = scanner.time(hours: 167) else { return nil }
            time = given
        }
    }

    /// Local seconds since 1970.
    func seconds(inYear year: Int64) -> Int64 {
        let newYear = CivilDate(year: year, month: 1, day: 1).dayNumber
        let dayNumber: Int64
        switch day {
        case .julian(let number): dayNumber = newYear + number - 1 + (number >= 60 && CivilDate.isLeap(year) ? 1 : 0)
        case .ordinal(let number): dayNumber = newYear + number
        case .weekday(let month, let week, let weekday):
            let first = CivilDate(year: year, month: month, day: 1).dayNumber
            let wait = (weekday - Int64(CivilDate.weekday(ofDayNumber: first))).flooredRemainder(by: 7)
            let wanted = wait + (week - 1) * 7
            dayNumber = first + (wanted < Int64(CivilDate.length(ofMonth: month, year: year)) ? wanted : wanted - 7)
        }
        return dayNumber * 86_400 + time
    }
}
