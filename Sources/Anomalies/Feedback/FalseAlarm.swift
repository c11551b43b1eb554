package import DebVisorCore

/// A finding that somebody told to be a false alarm.
package struct FalseAlarm: Sendable, Hashable {
    /// The number of the finding, which may be forgotten by now.
    package let finding: Int64
    package let series: SeriesLabel
    /// When the row was measured.
    package let time: Timestamp
    /// The names of the evidence that spoke.
    package let evidence: [String]
    package let toldBy: String
    package let toldAt: Timestamp
}

extension EvidenceWeights {
    /// Findings of one series within so many milliseconds are one false alarm.
    static let stretch: Int64 = 12 * 3_600_000

    /// What false alarms leave of the weights of their series, in whatever order they were told.
    init(_ alarms: some Sequence<FalseAlarm>) {
        var times: [Evidence: [Int64]] = [:]
        for alarm in alarms {
            // The name of one that this version does not know says nothing.
            for evidence in Set(alarm.evidence.compactMap(Evidence.init(name:))) {
                times[evidence, default: []].append(alarm.time.milliseconds)
            }
        }
        self.init(falseAlarms: times.mapValues(Self.stretches))
    }

    /// How many stretches it takes at least to cover all times: taking the earliest that is not covered as the beginning of one
    /// is best, so more times never take fewer.
    private static func stretches(of times: [Int64]) -> Int {
        var (count, end) = (0, Int64.min)
        for time in times.sorted() where time >= end {
            count += 1
            end = time.addingReportingOverflow(stretch).partialValue
        }
        return count
    }
}

extension Finding {
    /// The names of the evidence that spoke for it, in their order.
    package var speakers: [String] {
        guard let testimony = explanation.testimony else {
            // Of an earlier version: what it names.
            return explanation.findings.map(\.name)
        }
        let speakers = testimony.speakers
        return Evidence.allCases.filter(speakers.contains).map(\.name)
    }

    /// The anomaly score that the same row would have under other weights; nil where its evidence was not kept.
    package func score(under weights: EvidenceWeights) -> Double? {
        guard let testimony = explanation.testimony else { return nil }
        // By the difference, so that what does not change is exactly as it was.
        let change = testimony.surprise(under: weights) - testimony.surprise(under: testimony.weights)
        return Swift.min(Swift.max((surprise + change) / AnomalyDetector.mostSurprise, 0), 1)
    }
}
