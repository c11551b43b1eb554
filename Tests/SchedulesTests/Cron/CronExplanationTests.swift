import Testing

@testable import Schedules

@Suite struct CronExplanationTests {
    @Test(arguments: [
        ("* * * * *", "every minute, every day"), ("*/5 * * * *", "every 5 minutes, every day"),
        ("@hourly", "every hour at minute 0, every day"), ("0 */2 * * *", "every 2 hours at minute 0, every day"),
        ("*/7 * * * *", "at minutes 0, 7, 14, 21, 28, 35, 42, 49 and 56 of every hour, every day"),
        ("*/5 9-17 * * 1-5", "every 5 minutes in hours 9 to 17, on Mondays to Fridays"),
        ("* 3 * * *", "every minute in hour 3, every day"),
        ("0 3 1,15 * fri", "at 03:00, on days 1 and 15 of the month or on Fridays"),
        ("0 3 */14 * fri", "at 03:00, on days 1, 15 and 29 of the month that are Fridays"),
        ("0,30 2 1 3,9 *", "at 02:00 and 02:30, on day 1 of the month, in March and September"),
        ("0 9-17/2 * 3,9 mon", "at 09:00, 11:00, 13:00, 15:00 and 17:00, on Mondays, in March and September"),
        ("0 0 * * sat-sun", "at 00:00, on Saturdays and Sundays"), ("0 0 1-31 * fri", "at 00:00, every day"),
        ("0 0-20/3 * jan-mar *", "at minute 0 of hours 0, 3, 6, 9, 12, 15 and 18, every day, in January to March"),
        ("0,15 1-9 * * *", "at minutes 0 and 15 in hours 1 to 9, every day"),
    ])
    func saysWhen(_ text: String, _ sentence: String) throws {
        #expect(CronExplanation(try CronExpression(text)).text == sentence)
    }

    @Test(arguments: [
        ("0 3 * * *", []), ("*/5 * * * *", []),
        (
            "0 0 13 * fri",
            ["due if the day of month or the day of week matches, not only if both do: about 62 days a year"]
        ),
        (
            "0 0 */2 * fri",
            [
                "a day must match both day of month and day of week, because one of them begins with '*'",
                "'*/2' begins anew each month: 1 follows 31",
            ]
        ),
        (
            "0 0 1-31 * fri",
            [
                "due every day: day of month or day of week is enough, and one of them has all values; write '*' for that one"
            ]
        ),
        ("*/7 * * * *", ["'*/7' begins anew each hour: 0 follows 56 after 4 minutes"]),
        ("0 */5 * * *", ["'*/5' begins anew each day: 0 follows 20 after 4 hours"]),
        ("0 0 1 */5 *", ["'*/5' begins anew each year: 1 follows 11 after 2 months"]),
        ("*/90 * * * *", ["'*/90' is the same as '0': steps begin anew each hour"]),
        ("0 0 31 * *", ["not due in February, April, June, September and November: too short for day 31"]),
        ("0 0 29 * *", ["not due in February of a common year: too short for day 29"]),
        ("0 0 * * */2", ["'*/2' begins anew each week: 0 follows 6 after 1 day"]),
        ("0 0 29 2 *", ["due about once in 4 years"]),
        (
            "0 0 29 2 */7",
            [
                "a day must match both day of month and day of week, because one of them begins with '*'",
                "'*/7' is the same as '0': steps begin anew each week", "due about once in 31 years",
            ]
        ),
    ])
    func remarksOnTraps(_ text: String, _ remarks: [String]) throws {
        #expect(try CronExpression(text).remarks.map(\.text) == remarks)
    }

    @Test(arguments: [
        (
            "30 2 * * *",
            [
                "2026-03-29 02:30 does not exist, runs at 03:00", "2026-10-25 02:30 comes twice, runs the first time",
            ]
        ),
        (
            "0,30 2 * * *",
            [
                "2026-03-29 02:00 to 02:30 (2 times) do not exist, run once at 03:00",
                "2026-10-25 02:00 to 02:30 (2 times) come twice, run the first time",
            ]
        ),
        (
            "*/20 2 * * *",
            [
                "2026-03-29 02:00 to 02:40 (3 times) do not exist, left out",
                "2026-10-25 02:00 to 02:40 (3 times) come twice, run both times",
            ]
        ),
        ("30 4 * * *", []), ("*/5 * * * *", []), ("@hourly", []),
    ])
    func tellsClockChangesAhead(_ text: String, _ changes: [String]) throws {
        let schedule = try DaylightSavingTests.schedule(text, "Europe/Berlin")
        let found = schedule.clockChanges(from: 1_767_225_600, until: 1_767_225_600 + 365 * 86_400)
        #expect(found.map(\.text) == changes)
        #expect(schedule.remarks(from: 1_767_225_600).filter { $0.rule == .clockChange }.count == 2 * changes.count)
    }
}
