import DebVisorCore
import Testing

@testable import Schedules

@Suite struct TimeZoneRulesTests {
    /// As Python's zoneinfo has them.
    @Test(arguments: [
        ("UTC", "2026-07-01T00:00:00Z", "UTC 0 -"), ("Etc/GMT+5", "2026-07-01T00:00:00Z", "-05 -18000 -"),
        ("Europe/Berlin", "2026-07-01T00:00:00Z", "CEST 7200 d"),
        ("Europe/Berlin", "2026-01-01T00:00:00Z", "CET 3600 -"),
        ("Europe/Berlin", "2026-03-29T00:59:59Z", "CET 3600 -"),
        ("Europe/Berlin", "2026-03-29T01:00:00Z", "CEST 7200 d"),
        ("Europe/Berlin", "1880-01-01T00:00:00Z", "LMT 3208 -"),
        ("Europe/Berlin", "2150-07-01T00:00:00Z", "CEST 7200 d"),
        ("Europe/Berlin", "9999-12-31T00:00:00Z", "CET 3600 -"), ("Europe/Oslo", "2026-07-01T00:00:00Z", "CEST 7200 d"),
        ("Europe/Dublin", "2026-07-01T00:00:00Z", "IST 3600 -"), ("Europe/Dublin", "2090-01-01T00:00:00Z", "GMT 0 d"),
        ("America/New_York", "2437-03-08T07:00:00Z", "EDT -14400 d"),
        ("Asia/Kathmandu", "2026-07-01T00:00:00Z", "+0545 20700 -"),
        ("Australia/Lord_Howe", "2026-01-01T00:00:00Z", "+11 39600 d"),
        ("Pacific/Apia", "2011-12-30T09:59:59Z", "-10 -36000 d"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z", "+14 50400 d"),
        ("Africa/Casablanca", "2026-03-01T00:00:00Z", "+00 0 d"),
        ("America/Argentina/Buenos_Aires", "2100-01-01T00:00:00Z", "-03 -10800 -"),
    ])
    func clockAtAnInstant(_ zone: String, _ time: String, _ expected: String) throws {
        let clock = try TimeZoneRules.load(named: zone).clock(at: try DaylightSavingTests.seconds(time))
        #expect("\(clock.abbreviation) \(clock.utcOffset) \(clock.isDaylightSaving ? "d" : "-")" == expected)
    }

    @Test(arguments: [
        "Europe/Berlin", "Africa/Casablanca", "Asia/Kathmandu", "UTC", "America/Santiago", "Pacific/Apia",
    ])
    func intervalsFollowEachOther(_ zone: String) throws {
        let rules = try TimeZoneRules.load(named: zone)
        var index = rules.index(at: Int64.min)
        // A good deal more than the 400 years that are written out.
        while rules[index].end < ZoneInterval.forever && rules[index].start < 60_000_000_000 {
            let (interval, next) = (rules[index], rules[index + 1])
            #expect(interval.end == next.start && interval.start < interval.end && next.reached >= interval.reached)
            #expect(rules.index(at: interval.start) == index && rules.index(at: interval.end - 1) == index)
            index += 1
        }
        #expect(zone == "UTC" || index > 1)
    }

    @Test(arguments: [
        "", "/etc/passwd", "../Berlin", "Europe/../Europe/Berlin", "Europe//Berlin", "Europe/Berlin/", "./UTC",
        "Europe",
        "zone.tab", "Europe/Berlin\u{0}", "Mars/Olympus", "Europe/Berlin/x", String(repeating: "a", count: 200),
    ])
    func refusesWhatIsNoZone(_ name: String) {
        #expect { try TimeZoneRules.load(named: name) } throws: { ($0 as? TimeZoneError)?.kind == .unknown }
    }

    @Test(arguments: [
        ("Europe/Berln", ["Europe/Berlin"]), ("europe/berlin", ["Europe/Berlin"]), ("Berlin", ["Europe/Berlin"]),
        ("new york", ["America/New_York"]), ("Asia/Katmandu1", ["Asia/Kathmandu"]), ("UTTC", ["UTC"]),
        ("Xyzzy/Nowhere", []),
    ])
    func suggestsZones(_ name: String, _ suggestions: [String]) {
        #expect { try TimeZoneRules.load(named: name) } throws: { error in
            guard let error = error as? TimeZoneError else { return false }
            return error.suggestions.count <= 3 && error.suggestions.first == suggestions.first
        }
    }

    @Test func saysThatThereIsNoData() {
        #expect { try TimeZoneRules.load(named: "Europe/Berlin", directory: "/nonexistent") } throws: { error in
            (error as? TimeZoneError)?.kind == .noData
        }
        #expect(throws: Never.self) { try TimeZoneRules.load(named: "UTC", directory: "/nonexistent") }
    }

    @Test(arguments: [
        (0, 0, "1970-01-01T00:00:00Z"), (1_774_746_000, 7200, "2026-03-29T03:00:00+02:00"),
        (1_774_746_001, -16_200, "2026-03-28T20:30:01-04:30"), (-1, 3208, "1970-01-01T00:52:59+00:53"),
        (0, -1, "1969-12-31T23:59:00-00:01"),
    ])
    func instantsAreWrittenAsInRFC3339(_ instant: Int64, _ offset: Int64, _ text: String) throws {
        #expect(RFC3339.text(instant, utcOffset: offset) == text)
        #expect(try DaylightSavingTests.seconds(text) == instant)
    }
}
