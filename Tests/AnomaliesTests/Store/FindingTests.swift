import DebVisorCore
import Storage
import Testing

@testable import Anomalies

@Suite("Findings in their store")
struct FindingTests {
    private static func finding(_ id: UInt64, _ time: Int64, _ score: Double, tags: [String: String] = [:]) -> Finding {
        let explanation = Explanation(
            observed: 97.25, expected: -3, rarity: 0.00025,
            findings: [
                .init(name: "median-25", text: "the value is \"97\"", observed: 97.25, expected: nil, rarity: 0.00025)
            ], isNewLevel: true)
        return Finding(
            DetectionFixture.watched(id, limits: KnownLimits(0, 100), tags: tags), Timestamp(milliseconds: time),
            score: score, surprise: score * 6, explanation, recordedAt: DetectionFixture.now)
    }

    private static func record(_ findings: [Finding], in fixture: DetectionFixture) throws -> [Finding] {
        var recorded: [Finding] = []
        for finding in findings {
            let progress = try fixture.store.progress(of: [finding.series.label.id])[finding.series.label.id]
            let next = SeriesProgress(
                revision: (progress?.revision ?? 0) + 1, seenUntil: finding.time, seenCount: 1, seenFrom: finding.time,
                rows: 1, learnedAt: finding.time, source: RowSource(isCounter: false))
            recorded += try fixture.store.record(
                [
                    SeriesOutcome(
                        series: finding.series, before: progress?.revision, progress: next, state: [1],
                        findings: [finding])
                ], at: DetectionFixture.now
            ).findings
        }
        return recorded
    }

    @Test func whatIsReadIsWhatWasFound() throws {
        let fixture = try DetectionFixture()
        let found = Self.finding(1, 5000, 0.7, tags: ["host": "a\"b\\c", "path": "/srv/ü"])
        let recorded = try #require(try Self.record([found], in: fixture).first)
        #expect(recorded.id == 1)
        #expect(recorded.essence == found.essence)
        #expect(try fixture.store.finding("1") == recorded)
        #expect(recorded.series.label.tags == found.series.label.tags)
        #expect(recorded.severity == .warning)
        for id in ["2", "x", "", "1 ", "99999999999999999999"] {
            #expect(throws: Fault.self) { try fixture.store.finding(id) }
        }
    }

    @Test func questions() throws {
        let fixture = try DetectionFixture()
        let tags = ["host": "a", "disk": "v\"da"]
        _ = try Self.record(
            [
                Self.finding(1, 1000, 0.55), Self.finding(2, 3000, 0.7, tags: tags), Self.finding(1, 2000, 0.9),
                Self.finding(2, 4000, 0.5, tags: tags),
            ], in: fixture)
        func times(_ change: (inout FindingQuery) -> Void) throws -> [Int64] {
            var query = FindingQuery()
            change(&query)
            return try fixture.store.findings(query).map(\.time.milliseconds)
        }
        #expect(try times { _ in } == [4000, 3000, 2000, 1000])
        #expect(try times { $0.limit = 2 } == [4000, 3000])
        #expect(try times { $0.metric = "m1" } == [2000, 1000])
        #expect(try times { $0.severity = .warning } == [3000, 2000])
        #expect(try times { $0.severity = .critical } == [2000])
        #expect(try times { $0.since = Timestamp(milliseconds: 3000) } == [4000, 3000])
        #expect(try times { $0.tags = ["host": "a"] } == [4000, 3000])
        #expect(try times { $0.tags = ["disk": "v\"da", "host": "a"] } == [4000, 3000])
        #expect(try times { $0.tags = ["ost": "a"] } == [])
        #expect(try times { $0.tags = ["host": "A"] } == [])
        #expect(try fixture.store.findingIDs(atMost: 3) == ["4", "3", "2"])
    }

    /// The oldest go when there are too many; numbers are not used again.
    @Test func theNumberOfFindingsIsBounded() throws {
        let fixture = try DetectionFixture(mostFindings: 3)
        let recorded = try Self.record((1...5).map { Self.finding(1, 1000 * $0, 0.7) }, in: fixture)
        #expect(recorded.map(\.id) == [1, 2, 3, 4, 5])
        #expect(try fixture.findings().map(\.id) == [3, 4, 5])
    }

    @Test func aSentenceForAPerson() {
        let finding = Self.finding(1, 1000, 0.9)
        #expect(
            finding.sentences == [
                "97.25 where about -3 was expected: 1 in 4,000 rows is as unusual, and no level near it was seen before",
                "the value is \"97\": 1 in 4,000 rows",
                "the series can have 0 to 100, and never had such a level",
            ])
        let counter = Finding(
            DetectionFixture.watched(isCounter: true), Timestamp(milliseconds: 0), score: 0.9, surprise: 5,
            finding.explanation, recordedAt: DetectionFixture.now)
        #expect(counter.message.hasPrefix("growing by 97.25 a second where about -3 was expected"))
    }
}
