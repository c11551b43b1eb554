import TestSupport
import Testing

@testable import Anomalies

@Suite struct ExplanationTests {
    private func explanation(after rows: Int, _ value: (Int) -> Double) throws -> Explanation? {
        let detector = AnomalyDetector()
        for row in 0..<rows { _ = try detector.score(value(row), at: Double(row * 300)) }
        return detector.explanation
    }

    @Test("A spike is far from what was expected, and says how rare it is")
    func spike() throws {
        var random = SeededRandom(seed: 1)
        let found = try #require(
            try explanation(after: 3000) { $0 == 2999 ? 97.25 : 40 + Noise.normal(using: &random) })
        #expect(found.observed == 97.25)
        #expect(abs(found.expected - 40) < 2)
        #expect(found.rarity <= 0.001)
        #expect(found.findings.count == 3)
        #expect(found.findings.map(\.rarity) == found.findings.map(\.rarity).sorted())
        #expect(found.text.hasPrefix("97.25 where about "))
        #expect(found.text.contains("1 in "))
    }

    @Test("Nothing is said before the first row, and nothing unusual of what never changes")
    func nothing() throws {
        #expect(AnomalyDetector().explanation == nil)
        let found = try #require(try explanation(after: 100) { _ in 7 })
        #expect(found.findings.isEmpty && found.rarity == 1 && found.text == "7, as expected")
    }

    @Test("Every evidence has a name and words of its own")
    func words() {
        let row = ExplainedRow(value: 12, noise: 0.5, newLevels: 0)
        let findings = Evidence.allCases.map { row.finding($0, number: 0.7, rarity: 0.01) }
        #expect(Set(findings.map(\.name)).count == 31)
        #expect(Set(findings.map(\.text)).count == 31)
        #expect(findings.allSatisfy { !$0.text.isEmpty })
        #expect(Evidence.hourOfDay.name == "hour-of-day")
        #expect(Evidence.quarterMean24.name == "quarter-mean-24")
        #expect(findings[Evidence.median25.rawValue].text == "the value is 12, in the 25 rows before about 11.3")
        #expect(findings[Evidence.range.rawValue].text == "the range of the last 48 rows is 2 times what it was")
        #expect(findings[Evidence.departure16.rawValue].text.contains("0.7 away from their level, where 0.5 is usual"))
    }

    @Test(
        "Figures have four digits that count",
        arguments: [
            (0, "0"), (41.2749, "41.27"), (-0.000_056_789, "-5.679e-05"), (1_234_567, "1235000"), (100, "100"),
            (0.1 + 0.2, "0.3"), (1e300, "1e+300"), (99_999, "100000"),
        ] as [(Double, String)])
    func figures(number: Double, text: String) { #expect(Figures.text(number) == text) }

    @Test(
        "Rarity is told in rows",
        arguments: [
            (1, "1 in 1 rows"), (0.25, "1 in 4 rows"), (0.000_24, "1 in 4,000 rows"), (1e-6, "1 in 1,000,000 rows"),
        ]
            as [(Double, String)])
    func rows(share: Double, text: String) { #expect(Figures.oneIn(share) == text) }
}
