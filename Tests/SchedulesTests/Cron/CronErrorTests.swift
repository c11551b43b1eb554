import TestSupport
import Testing

@testable import Schedules

@Suite struct CronErrorTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var kind: CronError.Kind
        var field: CronField?
        var token: String
        var column: Int
        var replacement: String?

        init(
            _ text: String, _ kind: CronError.Kind, _ field: CronField?, _ token: String, _ column: Int,
            _ replacement: String? = nil
        ) {
            (self.text, self.kind, self.field, self.token) = (text, kind, field, token)
            (self.column, self.replacement) = (column, replacement)
        }

        var testDescription: String { text }
    }

    static let cases = [
        Case("", .fieldCount, nil, "", 1), Case("   ", .fieldCount, nil, "", 1),
        Case("0 3 * *", .fieldCount, nil, "", 8), Case("0 0 3 * * *", .fieldCount, nil, "*", 11),
        Case("0 0 3 * * * 2026", .fieldCount, nil, "*", 11), Case("0 3 * * * root", .fieldCount, nil, "root", 11),
        Case("CRON_TZ=UTC 0 3 * * *", .fieldCount, nil, "CRON_TZ=UTC", 1),
        Case("@daily 5", .fieldCount, nil, "5", 8), Case("@Daily", .syntax, nil, "@Daily", 1, "@daily"),
        Case("@reboot", .unsupported, nil, "@reboot", 1), Case("@every 5m", .unsupported, nil, "@every", 1),
        Case("@fortnightly", .syntax, nil, "@fortnightly", 1),
        // Reversed ranges
        Case("0 0 * * fri-mon", .reversedRange, .dayOfWeek, "fri-mon", 9, "fri,sat,sun,mon"),
        Case("0 0 * * sat-tue/2", .reversedRange, .dayOfWeek, "sat-tue/2", 9, "sat,mon"),
        Case("0 0 * * 5-1", .reversedRange, .dayOfWeek, "5-1", 9, "5-7,1"),
        Case("0 0 * * 7-2", .reversedRange, .dayOfWeek, "7-2", 9, "0-2"),
        Case("0 22-4 * * *", .reversedRange, .hour, "22-4", 3, "22-23,0-4"),
        Case("0 23-0 * * *", .reversedRange, .hour, "23-0", 3, "23,0"),
        Case("0 22-4/2 * * *", .reversedRange, .hour, "22-4/2", 3, "22,0,2,4"),
        Case("1,50-10 * * * *", .reversedRange, .minute, "50-10", 3, "50-59,0-10"),
        Case("0 0 1 nov-feb *", .reversedRange, .month, "nov-feb", 7, "nov-dec,jan-feb"),
        Case("0 0 25-5 * *", .reversedRange, .dayOfMonth, "25-5", 5, "25-31,1-5"),
        // Steps
        Case("5/10 * * * *", .syntax, .minute, "5/10", 1, "5-59/10"),
        Case("0 0 * * mon/2", .syntax, .dayOfWeek, "mon/2", 9, "mon-sat/2"),
        Case("59/10 * * * *", .syntax, .minute, "59/10", 1, "59"),
        Case("*/0 * * * *", .outOfRange, .minute, "*/0", 1, "*"),
        Case("0 1-5/0 * * *", .outOfRange, .hour, "1-5/0", 3, "1-5"),
        Case("/5 * * * *", .syntax, .minute, "/5", 1, "*/5"), Case("*/ * * * *", .syntax, .minute, "*/", 1),
        Case("*/x * * * *", .syntax, .minute, "*/x", 1), Case("*/2/3 * * * *", .syntax, .minute, "*/2/3", 1),
        Case("*/-5 * * * *", .syntax, .minute, "*/-5", 1),
        // Values
        Case("60 * * * *", .outOfRange, .minute, "60", 1, "0"), Case("0 24 * * *", .outOfRange, .hour, "24", 3, "0"),
        Case("0 0 0 * *", .outOfRange, .dayOfMonth, "0", 5, "1"), Case("0 0 32 * *", .outOfRange, .dayOfMonth, "32", 5),
        Case("0 0 1 13 *", .outOfRange, .month, "13", 7), Case("0 0 1 0 *", .outOfRange, .month, "0", 7),
        Case("0 0 * * 8", .outOfRange, .dayOfWeek, "8", 9), Case("0 5-99 * * *", .outOfRange, .hour, "99", 5),
        Case("99999999999999999999999 * * * *", .outOfRange, .minute, "99999999999999999999999", 1),
        Case("1.5 * * * *", .syntax, .minute, "1.5", 1), Case("+5 * * * *", .syntax, .minute, "+5", 1),
        Case("0 0 * * monday", .outOfRange, .dayOfWeek, "monday", 9, "mon"),
        Case("0 0 1 sept *", .outOfRange, .month, "sept", 7, "sep"),
        Case("0 0 1 xyz *", .outOfRange, .month, "xyz", 7), Case("0 mon * * *", .syntax, .hour, "mon", 3),
        Case("0 0 1 mon *", .outOfRange, .month, "mon", 7),
        // Shapes
        Case("** * * * *", .syntax, .minute, "**", 1), Case("*-5 * * * *", .syntax, .minute, "*-5", 1),
        Case("*5 * * * *", .syntax, .minute, "*5", 1), Case("1-2-3 * * * *", .syntax, .minute, "1-2-3", 1),
        Case("5- * * * *", .syntax, .minute, "5-", 1), Case("-5 * * * *", .syntax, .minute, "-5", 1),
        Case("1-* * * * *", .syntax, .minute, "*", 3), Case("1,,2 * * * *", .syntax, .minute, "", 3),
        Case("1, * * * *", .syntax, .minute, "", 3), Case(",1 * * * *", .syntax, .minute, "", 1),
        Case("1–5 * * * *", .syntax, .minute, "1–5", 1, "1-5"), Case("0 é * * *", .syntax, .hour, "é", 3),
        Case("é 99 * * *", .syntax, .minute, "é", 1), Case("- * * * *", .syntax, .minute, "-", 1),
        Case("0 0 * * mon-fri-sun", .syntax, .dayOfWeek, "mon-fri-sun", 9),
        // Other schedulers
        Case("0~30 * * * *", .unsupported, .minute, "0~30", 1), Case("H * * * *", .unsupported, .minute, "H", 1),
        Case("H/15 * * * *", .unsupported, .minute, "H/15", 1),
        Case("0 0 * * 5#2", .unsupported, .dayOfWeek, "5#2", 9), Case("0 0 L * *", .unsupported, .dayOfMonth, "L", 5),
        Case("0 0 15W * *", .unsupported, .dayOfMonth, "15W", 5),
        Case("0 0 L-3 * *", .unsupported, .dayOfMonth, "L-3", 5),
        Case("0 0 * * 5L", .unsupported, .dayOfWeek, "5L", 9),
        Case("0 0 ? * 1", .unsupported, .dayOfMonth, "?", 5, "*"),
        // Days that are not
        Case("0 0 30 2 *", .neverFires, .dayOfMonth, "30", 5),
        Case("0 0 31 4,jun,9,nov *", .neverFires, .dayOfMonth, "31", 5),
        Case("0 0 30-31 feb */2", .neverFires, .dayOfMonth, "30-31", 5),
    ]

    @Test(arguments: cases)
    func namesPlaceAndCorrection(_ wrong: Case) {
        do throws(CronError) {
            _ = try CronExpression(wrong.text)
            Issue.record("'\(wrong.text)' is accepted")
        } catch {
            #expect(error.kind == wrong.kind)
            #expect(error.field == wrong.field)
            #expect(error.token == wrong.token)
            #expect(error.column == wrong.column)
            #expect(error.replacement == wrong.replacement)
            #expect(!error.reason.hasSuffix(".") && !(error.hint ?? "").hasSuffix("."))
        }
    }

    @Test(arguments: cases.filter { $0.replacement != nil })
    func aCorrectionIsAccepted(_ wrong: Case) throws {
        var characters = Array(wrong.text)
        let start = wrong.column - 1
        characters.replaceSubrange(start..<start + wrong.token.count, with: Array(wrong.replacement ?? ""))
        #expect(throws: Never.self) { try CronExpression(String(characters)) }
    }

    @Test(arguments: [
        ("0 3 * *", "write '0 3 * * *'"), ("0 0 3 * * *", "there is no field of seconds: write '0 3 * * *'"),
        ("0 0 3 * * * 2026", "there is no field of seconds or years: write '0 3 * * *'"),
        ("0 3 * * * /usr/bin/true --all", "neither user nor command belong here: write '0 3 * * *'"),
        ("@reboot", "for a command at every boot, enable a systemd service wanted by multi-user.target"),
        ("0 0 30 2 *", "the last day of February is 29"),
        ("0 0 31 4,6 *", "the last day of the longest of them is 30"),
    ])
    func hints(_ text: String, _ hint: String) {
        do throws(CronError) {
            _ = try CronExpression(text)
            Issue.record("'\(text)' is accepted")
        } catch {
            #expect(error.hint == hint)
        }
    }

    @Test(arguments: [
        ("0 0 * * fri-mon", "day of week: 'fri-mon' ends before it begins (column 9)"),
        ("0 0 31 4,6 *", "day of month: never fires: there is no day 31 in April or June (column 5)"),
        ("0 0 3 * * *", "6 fields where five are wanted (column 11)"),
    ])
    func sentences(_ text: String, _ sentence: String) {
        #expect { try CronExpression(text) } throws: { "\($0)" == sentence }
    }

    @Test func anyTextIsAnswered() {
        var random = SeededRandom(seed: 7)
        let parts = Array("0123456789*/-,@ #?LWfrisunfeb\té–.~")
        for _ in 0..<5000 {
            let text = String(
                (0..<Int.random(in: 0...24, using: &random)).map { _ in parts.randomElement(using: &random) ?? " " })
            do throws(CronError) {
                _ = try CronExpression(text)
            } catch {
                #expect(error.column >= 1 && error.column <= text.count + 1, "\(text)")
                let rest = text.dropFirst(error.column - 1)
                #expect(rest.hasPrefix(error.token), "\(text)")
            }
        }
    }
}
