import TestSupport
import Testing

@testable import Schedules

@Suite struct ZoneFileTests {
    /// A file as zic writes it: version 2 and later with an empty block of version 1 before.
    static func file(
        version: Character = "2", times: [Int64] = [], indices: [UInt8] = [],
        clocks: [(Int32, UInt8, UInt8)] = [(3600, 0, 0)],
        names: String = "CET\0CEST\0", leapSeconds: Int = 0, rule: String = "CET-1CEST,M3.5.0,M10.5.0/3"
    ) -> [UInt8] {
        func bytes(_ value: Int64, _ size: Int) -> [UInt8] {
            (0..<size).reversed().map { UInt8(truncatingIfNeeded: value >> Int64($0 * 8)) }
        }
        func header(_ counts: [Int]) -> [UInt8] {
            let mark = version == "1" ? 0 : version.asciiValue ?? 0
            return Array("TZif".utf8) + [mark] + Array(repeating: 0, count: 15) + counts.flatMap { bytes(Int64($0), 4) }
        }
        let size = version == "1" ? 4 : 8
        let block =
            header([0, 0, leapSeconds, times.count, clocks.count, names.utf8.count])
            + times.flatMap { bytes($0, size) } + indices
            + clocks.flatMap { bytes(Int64($0.0), 4) + [$0.1, $0.2] } + Array(names.utf8)
            + Array(repeating: 0, count: leapSeconds * (size + 4))
        return version == "1"
            ? block : header([0, 0, 0, 0, 1, 1]) + Array(repeating: 0, count: 7) + block + Array("\n\(rule)\n".utf8)
    }

    static func rules(_ bytes: [UInt8]) throws -> TimeZoneRules {
        let file = try ZoneFile(bytes)
        return TimeZoneRules(name: "Test", first: file.first, transitions: file.transitions, rule: file.footer)
    }

    @Test(arguments: ["2", "3", "4"] as [Character])
    func theRuleHoldsAfterTheLastTransition(_ version: Character) throws {
        let bytes = Self.file(
            version: version, times: [0, 1_000_000_000], indices: [1, 0], clocks: [(3600, 0, 0), (7200, 1, 4)])
        let rules = try Self.rules(bytes)
        #expect(rules.clock(at: -1).utcOffset == 3600)
        #expect(rules.clock(at: 999_999_999).abbreviation == "CEST")
        // 2001 goes on by the rule.
        #expect(rules.clock(at: 1_003_000_000).abbreviation == "CET")
        #expect(rules.clock(at: 1_783_000_000).abbreviation == "CEST")
    }

    @Test func theFirstVersionHasNoRule() throws {
        let rules = try Self.rules(
            Self.file(version: "1", times: [-86_400], indices: [1], clocks: [(0, 0, 0), (-7200, 1, 4)]))
        #expect(rules.clock(at: -86_401).utcOffset == 0)
        #expect(rules.clock(at: 5_000_000_000).utcOffset == -7200)
    }

    @Test func aRuleAloneHoldsAlways() throws {
        let rules = try Self.rules(Self.file())
        #expect(rules.clock(at: 1_783_000_000).abbreviation == "CEST")
        #expect(rules.clock(at: -20_000_000_000).utcOffset != 0)
        #expect(CronSchedule(try CronExpression("30 2 29 3 *"), rules).next(after: 1_767_225_600)?.merged.count == 1)
    }

    @Test(arguments: [
        ("CET-1CEST,M3.5.0,M10.5.0/3", "1774746000 1792890000"),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", "1774746000 1792890000"),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "1775314800 1791041400"),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "1774746000 1792890000"), ("<+03>-3", ""), ("EST5EDT,0/0,J365/25", ""),
        ("AAA3BBB,J60/0,J61/0", "1772334000 1772416800"), ("AAA3BBB,59/0,60/0", "1772334000 1772416800"),
        ("IST-2IDT,M3.4.4/26,M10.5.0", "1774569600 1792882800"),
    ])
    func rulesOfOneYear(_ rule: String, _ changes: String) throws {
        let all = try #require(PosixTimeZone(rule)).transitions(inYears: 2025...2027).map(\.time)
        let of2026 = all.filter { $0 > 1_767_250_000 && $0 < 1_798_700_000 }
        #expect(of2026.map { "\($0)" }.joined(separator: " ") == changes)
    }

    @Test(arguments: [
        "", "CET", "C-1", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M13.5.0,M10.5.0", "CET-1CEST,M3.6.0,M10.5.0",
        "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J1", "CET-1CEST,366,1", "CET-25", "CET-1:60", "<+03-3", "CET-1 ",
        "CET-1CEST,M3.5.0,M10.5.0/168", "CET-1CEST,M3.5.0,M10.5.0,", "CET--1", "<é>-1",
    ])
    func refusesOtherRules(_ rule: String) { #expect(PosixTimeZone(rule) == nil) }

    @Test(
        arguments: [
            ("leap seconds", file(leapSeconds: 1)), ("rule", file(rule: "CET-1CEST")), ("clock", file(clocks: [])),
            ("order", file(times: [5, 5], indices: [0, 0])), ("order", file(times: [5, 4], indices: [0, 0])),
            ("order", file(times: [Int64.min], indices: [0])), ("order", file(times: [Int64.max], indices: [0])),
            ("no clock", file(times: [5], indices: [1])), ("offset", file(clocks: [(100_000, 0, 0)])),
            ("name", file(clocks: [(0, 0, 200)])), ("cut short", Array(file().prefix(80))),
            ("not a zone", Array("# tz".utf8)),
            ("cut short", []), ("at its end", Array(file().dropLast(1))),
        ] as [(String, [UInt8])])
    func damageIsNamed(_ word: String, _ bytes: [UInt8]) {
        #expect { try ZoneFile(bytes) } throws: { ($0 as? ZoneFile.Damage)?.reason.contains(word) == true }
    }

    @Test func anyBytesAreAnswered() throws {
        var random = SeededRandom(seed: 11)
        let whole = Self.file(
            times: [0, 1_000_000_000], indices: [1, 0], clocks: [(3600, 0, 0), (7200, 1, 4)])
        let expression = try CronExpression("30 2 * * *")
        var accepted = 0
        for _ in 0..<3000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 44..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let rules = try? Self.rules(bytes) else { continue }
            accepted += 1
            var last: Int64 = 0
            for slot in CronSchedule(expression, rules).slots(after: last).prefix(3) {
                #expect(slot.instant > last)
                last = slot.instant
            }
        }
        #expect(accepted > 100)
    }
}
