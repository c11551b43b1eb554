import DebVisorCore
import Testing

@testable import Schedules

/// Changes of clocks, one by one: what is due, and why.
@Suite struct DaylightSavingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var zone: String
        var from: String
        var slots: [String]

        init(_ text: String, _ zone: String, from: String, _ slots: String...) {
            (self.text, self.zone, self.from, self.slots) = (text, zone, from, slots)
        }

        var testDescription: String { "\(text) \(zone)" }
    }

    static func seconds(_ text: String) throws -> Int64 { try #require(Timestamp(rfc3339: text)).seconds }

    static func schedule(_ text: String, _ zone: String) throws -> CronSchedule {
        CronSchedule(try CronExpression(text), try TimeZoneRules.load(named: zone))
    }

    /// `2026-03-29T03:00:00+02:00 for 02:30`; `!` where the minute itself is wanted too, `(1)` and `(2)` for the passes.
    static func text(_ slot: CronSlot) -> String {
        let merged = slot.merged.map { $0.day == slot.localTime.day ? $0.clock : $0.description }.joined(separator: ",")
        return slot.rfc3339
            + {
                switch slot.note {
                case .none: ""
                case .gapShift(_, let dueAnyway): " for \(merged)\(dueAnyway ? "!" : "")"
                case .overlapFirst: " (1)"
                case .overlapSecondPass: " (2)"
                }
            }()
    }

    static let berlin = "Europe/Berlin"
    static let gaps = [
        Case(
            "30 2 * * *", berlin, from: "2026-03-27T12:00:00Z", "2026-03-28T02:30:00+01:00",
            "2026-03-29T03:00:00+02:00 for 02:30", "2026-03-30T02:30:00+02:00"),
        Case(
            "0,30 2 * * *", berlin, from: "2026-03-28T12:00:00Z", "2026-03-29T03:00:00+02:00 for 02:00,02:30",
            "2026-03-30T02:00:00+02:00"),
        Case(
            "0 2,3 * * *", berlin, from: "2026-03-28T12:00:00Z", "2026-03-29T03:00:00+02:00 for 02:00!",
            "2026-03-30T02:00:00+02:00"),
        Case(
            "59 1,2 * * *", berlin, from: "2026-03-28T12:00:00Z", "2026-03-29T01:59:00+01:00",
            "2026-03-29T03:00:00+02:00 for 02:59", "2026-03-30T01:59:00+02:00"),
        Case("0 3 29 3 *", berlin, from: "2026-03-28T12:00:00Z", "2026-03-29T03:00:00+02:00"),
        Case(
            "*/30 * * * *", berlin, from: "2026-03-29T00:29:59Z", "2026-03-29T01:30:00+01:00",
            "2026-03-29T03:00:00+02:00", "2026-03-29T03:30:00+02:00"),
        Case("*/30 2 * * *", berlin, from: "2026-03-28T12:00:00Z", "2026-03-30T02:00:00+02:00"),
        Case(
            "30 * * * *", berlin, from: "2026-03-29T00:00:00Z", "2026-03-29T01:30:00+01:00", "2026-03-29T03:30:00+02:00"
        ),
        // Half an hour
        Case(
            "15 2 * * *", "Australia/Lord_Howe", from: "2026-10-03T00:00:00Z", "2026-10-04T02:30:00+11:00 for 02:15",
            "2026-10-05T02:15:00+11:00"),
        // At midnight: the day begins at 01:00
        Case(
            "0 0 * * *", "Asia/Beirut", from: "2026-03-28T00:00:00Z", "2026-03-29T01:00:00+03:00 for 00:00",
            "2026-03-30T00:00:00+03:00"),
        Case(
            "30 0 29 3 *", "Asia/Beirut", from: "2026-01-01T00:00:00Z", "2026-03-29T01:00:00+03:00 for 00:30",
            "2027-03-29T00:30:00+03:00"),
        Case(
            "@daily", "America/Sao_Paulo", from: "2018-11-03T12:00:00Z", "2018-11-04T01:00:00-02:00 for 00:00",
            "2018-11-05T00:00:00-02:00"),
        Case("@daily", "Africa/Cairo", from: "2026-04-23T12:00:00Z", "2026-04-24T01:00:00+03:00 for 00:00"),
        // A day that Samoa left out, a Friday
        Case(
            "0 3 * * fri", "Pacific/Apia", from: "2011-12-29T00:00:00Z",
            "2011-12-31T00:00:00+14:00 for 2011-12-30 03:00",
            "2012-01-06T03:00:00+14:00"),
        Case(
            "0 0 * * *", "Pacific/Apia", from: "2011-12-29T11:00:00Z",
            "2011-12-31T00:00:00+14:00 for 2011-12-30 00:00!", "2012-01-01T00:00:00+14:00"),
        Case("0 */12 30,31 * *", "Pacific/Apia", from: "2011-12-29T11:00:00Z", "2011-12-31T00:00:00+14:00"),
        // Winter is the exception in Dublin's rules
        Case(
            "30 1 * * *", "Europe/Dublin", from: "2026-03-28T12:00:00Z", "2026-03-29T02:00:00+01:00 for 01:30",
            "2026-03-30T01:30:00+01:00"),
        // By the rule at the file's end
        Case("30 2 * 3 */7", berlin, from: "2110-03-23T12:00:00Z", "2110-03-30T03:00:00+02:00 for 02:30"),
        Case("30 2 * 3 */7", berlin, from: "2610-03-22T12:00:00Z", "2610-03-25T03:00:00+02:00 for 02:30"),
    ]

    static let overlaps = [
        Case(
            "30 2 * * *", berlin, from: "2026-10-24T12:00:00Z", "2026-10-25T02:30:00+02:00 (1)",
            "2026-10-26T02:30:00+01:00"),
        Case("30 2 * * *", berlin, from: "2026-10-25T00:45:00Z", "2026-10-26T02:30:00+01:00"),
        Case("30 2 * * *", berlin, from: "2026-10-25T01:10:00Z", "2026-10-26T02:30:00+01:00"),
        Case("0 3 * * *", berlin, from: "2026-10-24T12:00:00Z", "2026-10-25T03:00:00+01:00"),
        Case(
            "30 * * * *", berlin, from: "2026-10-25T00:00:00Z", "2026-10-25T02:30:00+02:00 (1)",
            "2026-10-25T02:30:00+01:00 (2)", "2026-10-25T03:30:00+01:00"),
        Case(
            "@hourly", berlin, from: "2026-10-24T23:30:00Z", "2026-10-25T02:00:00+02:00 (1)",
            "2026-10-25T02:00:00+01:00 (2)", "2026-10-25T03:00:00+01:00"),
        Case(
            "*/20 2 25 10 *", berlin, from: "2026-10-24T23:30:00Z", "2026-10-25T02:00:00+02:00 (1)",
            "2026-10-25T02:20:00+02:00 (1)", "2026-10-25T02:40:00+02:00 (1)", "2026-10-25T02:00:00+01:00 (2)",
            "2026-10-25T02:20:00+01:00 (2)", "2026-10-25T02:40:00+01:00 (2)"),
        Case(
            "45 1 * * *", "Australia/Lord_Howe", from: "2026-04-04T00:00:00Z", "2026-04-05T01:45:00+11:00 (1)",
            "2026-04-06T01:45:00+10:30"),
        Case(
            "*/15 1 5 4 *", "Australia/Lord_Howe", from: "2026-04-04T14:10:00Z", "2026-04-05T01:15:00+11:00",
            "2026-04-05T01:30:00+11:00 (1)", "2026-04-05T01:45:00+11:00 (1)", "2026-04-05T01:30:00+10:30 (2)",
            "2026-04-05T01:45:00+10:30 (2)", "2027-04-05T01:00:00+10:30"),
        // Midnight comes twice, and 23:00 with it
        Case(
            "30 23 * * *", "Asia/Beirut", from: "2026-10-24T12:00:00Z", "2026-10-24T23:30:00+03:00 (1)",
            "2026-10-25T23:30:00+02:00"),
        Case("@daily", "Asia/Beirut", from: "2026-10-24T12:00:00Z", "2026-10-25T00:00:00+02:00"),
        Case("30 1 25 10 *", "Europe/Dublin", from: "2026-10-24T12:00:00Z", "2026-10-25T01:30:00+01:00 (1)"),
    ]

    @Test(arguments: gaps + overlaps)
    func isDueAsInDebian(_ example: Case) throws {
        let schedule = try Self.schedule(example.text, example.zone)
        let found = schedule.slots(after: try Self.seconds(example.from)).prefix(example.slots.count)
        #expect(found.map(Self.text) == example.slots)
        for slot in found {
            #expect(schedule.isDue(at: slot.instant) && !schedule.isDue(at: slot.instant + 1))
        }
    }

    @Test func aWholeDayOfMinutesIsOneSlot() throws {
        let schedule = try Self.schedule("0-59 0-23 * * *", "Pacific/Apia")
        let slot = try #require(schedule.next(after: try Self.seconds("2011-12-30T09:59:30Z")))
        #expect(slot.merged.count == 1440)
        #expect(slot.rfc3339 == "2011-12-31T00:00:00+14:00")
        #expect(schedule.next(after: slot.instant)?.rfc3339 == "2011-12-31T00:01:00+14:00")
    }
}
