/// Why a row scored as it did: what was expected, which evidence spoke, how rare that is.
package struct Explanation: Sendable, Hashable {
    /// The row's value.
    package let observed: Double
    /// What it was expected to be, by the strongest evidence that expects a value.
    package let expected: Double
    /// The share of rows that are as unusual, by the strongest evidence; 1 if none spoke.
    package let rarity: Double
    /// The strongest first, three at most.
    package let findings: [Finding]
    /// Whether a series with known limits never had a level within a sixteenth of its range of this one.
    package let isNewLevel: Bool
    /// All evidence; nil of findings that an earlier version recorded.
    package var testimony: Testimony?

    /// One view of the row.
    package struct Finding: Sendable, Hashable {
        /// The evidence's name in records: `median-25`, `hour-of-day`.
        package let name: String
        /// `the value is 97.2, in the last 25 rows about 41.3`.
        package let text: String
        /// What was looked at, and what it usually is; nil where that is no number of the series.
        package let observed: Double?
        package let expected: Double?
        /// The share of rows that are as unusual.
        package let rarity: Double
        /// What false alarms had left of the evidence's weight; 1 if there were none. It counts as what is 1/weight as usual.
        package var weight = 1.0
    }

    /// `97.2 where about 41.3 was expected: 1 in 4,000 rows is as unusual`.
    package var text: String { text(unit: "") }

    /// - Parameter unit: stands behind what was observed: ` a second`.
    func text(unit: String) -> String {
        let value = Figures.text(observed) + unit
        guard !findings.isEmpty else { return "\(value), as expected" }
        return "\(value) where about \(Figures.text(expected)) was expected: \(Figures.oneIn(rarity)) is as unusual"
            + (isNewLevel ? ", and no level near it was seen before" : "")
    }
}

extension AnomalyDetector {
    /// Why the last row scored as it did; nil before the first row, or if the detector was only restored since.
    package var explanation: Explanation? {
        guard let row = lastRow else { return nil }
        var ranked: [(evidence: Evidence, surprise: Double)] = []
        for evidence in Evidence.allCases where calibration.surprises[evidence.rawValue] > 0 {
            ranked.append((evidence, calibration.surprises[evidence.rawValue]))
        }
        // Sorting keeps equal ones in their order.
        ranked.sort { $0.surprise - weights.penalty(of: $0.evidence) > $1.surprise - weights.penalty(of: $1.evidence) }
        let findings = ranked.prefix(3).map { evidence, surprise in
            var finding = row.finding(
                evidence, number: self.evidence[evidence.rawValue], rarity: Figures.powerOfTen(-surprise))
            finding.weight = weights[evidence]
            return finding
        }
        let strongest = ranked.first { $0.evidence.expectsValue }?.evidence ?? .slowLevel
        return Explanation(
            observed: row.value, expected: row.value - evidence[strongest.rawValue],
            rarity: findings.first?.rarity ?? 1, findings: findings, isNewLevel: row.newLevels > 0,
            testimony: Testimony(surprises: calibration.surprises, weights: weights, newLevels: row.newLevels))
    }
}
