import DebVisorCore
import Testing

@testable import Schedules

@Suite struct CalendarTests {
    @Test func daysAndDatesAreEachOther() {
        var (year, month, day) = (Int64(1599), 12, 31)
        let first = CivilDate(year: year, month: month, day: day).dayNumber
        for number in first...first + 300_000 {
            let date = CivilDate(dayNumber: number)
            guard date == CivilDate(year: year, month: month, day: day), date.dayNumber == number else {
                Issue.record("day \(number) is \(date), not \(year)-\(month)-\(day)")
                return
            }
            let lengths = [
                31, year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
                31,
            ]
            day += 1
            if day > lengths[month - 1] { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month) = (year + 1, 1) }
        }
    }

    @Test(arguments: [
        ("0 0 29 2 *", "2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z"),
        ("0 0 29 2 */7", "2026-01-01T00:00:00Z", "2032-02-29T00:00:00Z"),
        ("0 0 29 2 */7", "2088-03-01T00:00:00Z", "2128-02-29T00:00:00Z"),
        ("5 4 29 feb *", "2026-01-01T00:00:00Z", "2028-02-29T04:05:00Z"),
        ("0 0 31 * *", "2026-01-31T00:00:00Z", "2026-03-31T00:00:00Z"),
        ("59 23 31 12 *", "2026-12-31T23:58:59Z", "2026-12-31T23:59:00Z"),
        ("59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"),
        ("0 0 1 1 *", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z"),
        ("* * * * *", "1969-12-31T23:58:30Z", "1969-12-31T23:59:00Z"),
        ("0 0 1 1 *", "0001-01-01T00:00:00Z", "0002-01-01T00:00:00Z"),
        ("0 9-17/2 * 3,9 mon", "2026-03-30T17:00:00Z", "2026-09-07T09:00:00Z"),
        ("15 14 1 * *", "2026-12-01T14:15:00Z", "2027-01-01T14:15:00Z"),
        ("0 22 * * 1-5", "2026-10-02T22:00:00Z", "2026-10-05T22:00:00Z"),
        ("30 2 1,15 * *", "2026-02-15T02:30:00Z", "2026-03-01T02:30:00Z"),
    ])
    func nextInUTC(_ text: String, _ from: String, _ next: String) throws {
        let schedule = CronSchedule(try CronExpression(text), .utc)
        let start = try #require(Timestamp(rfc3339: from)).seconds
        #expect(schedule.next(after: start)?.rfc3339 == next)
    }

    @Test func theCalendarEnds() throws {
        let schedule = CronSchedule(try CronExpression("0 0 31 12 *"), .utc)
        let last = try #require(Timestamp(rfc3339: "9999-12-31T00:00:00Z")).seconds
        #expect(schedule.next(after: last - 1)?.instant == last)
        #expect(schedule.next(after: last) == nil)
        #expect(schedule.next(after: Int64.max) == nil)
        #expect(schedule.next(after: Int64.min)?.rfc3339 == "0001-12-31T00:00:00Z")
        #expect(Array(schedule.slots(after: last - 400 * 86_400)).count == 2)
    }

    /// The last Sunday of March is the only one that may have no 02:00.
    @Test func aScheduleInsideTheGapIsNeverDue() throws {
        let berlin = try TimeZoneRules.load(named: "Europe/Berlin")
        let schedule = CronSchedule(try CronExpression("*/5 2 25-31 3 */7"), berlin)
        #expect(schedule.next(after: 1_767_225_600) == nil)
        #expect(schedule.next(after: 30_000_000_000) == nil)
        // Before the rule there were other Sundays.
        #expect(schedule.next(after: 0) != nil)
        #expect(schedule.remarks(from: 1_767_225_600).contains { $0.rule == .neverInZone })
    }

    @Test(arguments: [
        ("0 0 13 * *", 12), ("0 0 13 * fri", 62.4575), ("* * * * *", 525_949.2), ("0 0 29 2 *", 0.2425),
        ("0 0 * * *", 365.2425), ("0 0 31 * *", 7),
    ])
    func slotsPerYear(_ text: String, _ expected: Double) throws {
        let found = try CronExpression(text).slotsPerYear
        #expect(abs(found - expected) < expected / 10_000, "\(found)")
    }
}
