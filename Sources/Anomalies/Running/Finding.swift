package import DebVisorCore

/// Something unusual in a series.
package struct Finding: Sendable, Hashable {
    /// Its number in the store; 0 before it is there.
    package var id: Int64
    package let series: WatchedSeries
    package let time: Timestamp
    /// 0 to 1.
    package let score: Double
    /// Decimal logarithm of one in how many rows.
    package let surprise: Double
    /// With the value that was scored: of a counter its growth a second.
    package let explanation: Explanation
    /// When it was noted down.
    package var recordedAt: Timestamp
    /// Who told it to be a false alarm, and when; nil if nobody did.
    package var falseAlarm: Told?

    /// What evidence counted when the row was scored.
    package var weights: EvidenceWeights { explanation.testimony?.weights ?? .full }

    package struct Told: Sendable, Hashable {
        package let by: String
        package let at: Timestamp
    }

    /// Nil below `info`, which only a replay has.
    package var severity: Severity? { Severity(score: score) }

    init(
        id: Int64 = 0, _ series: WatchedSeries, _ time: Timestamp, score: Double, surprise: Double,
        _ explanation: Explanation, recordedAt: Timestamp
    ) {
        (self.id, self.series, self.time, self.score, self.surprise) = (id, series, time, score, surprise)
        (self.explanation, self.recordedAt) = (explanation, recordedAt)
    }

    /// `97.2 where about 41.3 was expected: 1 in 4,000 rows is as unusual`; a counter's is `… a second`.
    package var message: String {
        series.isCounter ? "growing by \(explanation.text(unit: " a second"))" : explanation.text
    }

    /// What happened and why it was found, a sentence each.
    package var sentences: [String] {
        var sentences = [message]
        for finding in explanation.findings {
            let weighed =
                finding.weight < 1
                ? "; false alarms have left it a weight of \(Figures.text(finding.weight)): it counts as "
                    + Figures.oneIn(Swift.min(finding.rarity / finding.weight, 1)) : ""
            sentences.append("\(finding.text): \(Figures.oneIn(finding.rarity))\(weighed)")
        }
        if explanation.isNewLevel, let limits = series.limits {
            let range = "\(Figures.text(limits.least)) to \(Figures.text(limits.most))"
            sentences.append(
                "the series can \(series.isCounter ? "grow by \(range) a second" : "have \(range)"), and never had such a level"
            )
        }
        return sentences
    }
}
