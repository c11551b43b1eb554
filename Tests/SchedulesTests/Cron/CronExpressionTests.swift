import Testing

@testable import Schedules

@Suite struct CronExpressionTests {
    /// What one field of a text means.
    static let fields: [(String, CronField, [Int])] = [
        ("5 * * * *", .minute, [5]), ("05 * * * *", .minute, [5]), ("*/20 * * * *", .minute, [0, 20, 40]),
        ("*/7 * * * *", .minute, [0, 7, 14, 21, 28, 35, 42, 49, 56]), ("*/90 * * * *", .minute, [0]),
        ("50-59/3 * * * *", .minute, [50, 53, 56, 59]), ("1,3-5,*/30 * * * *", .minute, [0, 1, 3, 4, 5, 30]),
        ("0 9-17/2 * * *", .hour, [9, 11, 13, 15, 17]), ("0 3-3 * * *", .hour, [3]),
        ("0 0 1,15,31 * *", .dayOfMonth, [1, 15, 31]), ("0 0 */10 * *", .dayOfMonth, [1, 11, 21, 31]),
        ("0 0 1 JAN,Mar-may *", .month, [1, 3, 4, 5]), ("0 0 1 nov-dec *", .month, [11, 12]),
        ("0 0 1 */5 *", .month, [1, 6, 11]),
        ("0 0 * * 7", .dayOfWeek, [0]), ("0 0 * * 0-7", .dayOfWeek, [0, 1, 2, 3, 4, 5, 6]),
        ("0 0 * * fri-sun", .dayOfWeek, [0, 5, 6]), ("0 0 * * 6-0", .dayOfWeek, [0, 6]),
        ("0 0 * * 5-7", .dayOfWeek, [0, 5, 6]), ("0 0 * * sat-7", .dayOfWeek, [0, 6]),
        ("0 0 * * 1-0/2", .dayOfWeek, [0, 1, 3, 5]), ("0 0 * * sun-sun", .dayOfWeek, [0]),
        ("0 0 * * 7-7", .dayOfWeek, [0]), ("0 0 * * sun-tue", .dayOfWeek, [0, 1, 2]),
        ("0 0 * * Mon,WED", .dayOfWeek, [1, 3]), ("0 0 * * */3", .dayOfWeek, [0, 3, 6]),
        ("\t0   0\t* * *  ", .hour, [0]),
    ]

    @Test(arguments: fields)
    func readsAField(_ text: String, _ field: CronField, _ values: [Int]) throws {
        let expression = try CronExpression(text)
        #expect(expression.values(field).values == values)
        #expect(expression.text == text)
    }

    @Test(arguments: [
        ("@hourly", "0 * * * *"), ("@daily", "0 0 * * *"), ("@midnight", "0 0 * * *"), ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"), ("@yearly", "0 0 1 1 *"), ("@annually", "0 0 1 1 *"), (" @daily ", "0 0 * * *"),
    ])
    func readsAMacro(_ macro: String, _ text: String) throws {
        let (short, long) = (try CronExpression(macro), try CronExpression(text))
        for field in CronField.allCases { #expect(short.values(field) == long.values(field)) }
        #expect(short.isFixedTime == long.isFixedTime)
    }

    @Test(arguments: [
        ("0 3 * * *", true), ("0-59 0-23 * * *", true), ("5,*/10 3 * * *", true), ("* 3 * * *", false),
        ("0 */2 * * *", false), ("@hourly", false), ("@daily", true), ("*,5 3 * * *", false),
    ])
    func fixedTimesBeginWithoutStar(_ text: String, _ isFixed: Bool) throws {
        #expect(try CronExpression(text).isFixedTime == isFixed)
    }

    /// 13 November 2026 is a Friday.
    @Test(arguments: [
        ("0 0 13 * fri", [1, 6, 8, 13, 15, 20, 22, 27, 29], "0 0 1,8,13,15,22,29 * fri"),
        ("0 0 */2 * fri", [13, 27], ""), ("0 0 13 * */5", [13], ""), ("0 0 * * fri", [6, 13, 20, 27], ""),
        ("0 0 13 * *", [13], ""), ("0 0 1-31 * fri", Array(1...30), ""), ("0 0 *,5 * mon", [2, 9, 16, 23, 30], ""),
        ("0 0 5,* * mon", Array(1...30), ""),
    ])
    func dayFieldsAreJoinedAsInDebian(_ text: String, _ days: [Int], _ same: String) throws {
        let expression = try CronExpression(same.isEmpty ? text : same)
        let found = (1...30).filter { expression.matches(dayOf: CivilDate(year: 2026, month: 11, day: $0)) }
        #expect(found == days)
    }

    @Test func matchesOneMinute() throws {
        let expression = try CronExpression("30 2 13 nov *")
        let date = CivilDate(year: 2026, month: 11, day: 13)
        #expect(expression.matches(LocalTime(date, hour: 2, minute: 30)))
        #expect(!expression.matches(LocalTime(date, hour: 2, minute: 31)))
        #expect(!expression.matches(LocalTime(date, hour: 3, minute: 30)))
        #expect(!expression.matches(LocalTime(CivilDate(year: 2026, month: 12, day: 13), hour: 2, minute: 30)))
    }
}
