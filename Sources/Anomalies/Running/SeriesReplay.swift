package import DebVisorCore

/// What a threshold would have raised: all samples of a series through a detector that knows nothing.
package final class SeriesReplay {
    private let series: WatchedSeries
    private let threshold: Double
    private let since: Int64
    private var scorer: RowScorer

    package private(set) var result = Result()

    /// So many findings are kept, the first ones; all are counted.
    private static let mostFindings = 10_000
    /// The least threshold: what lies below are echoes of an anomaly that was raised.
    package static let leastThreshold = 0.05

    /// - Parameters:
    ///   - threshold: an anomaly score.
    ///   - since: what is earlier is learned from, and raises nothing.
    ///   - weights: what false alarms have left of the series' evidence.
    package init(
        _ series: WatchedSeries, threshold: Double, since: Timestamp?, weights: EvidenceWeights = .full
    ) {
        (self.series, self.threshold) = (series, threshold)
        self.since = since?.milliseconds ?? .min
        scorer = RowScorer(
            source: RowSource(isCounter: series.isCounter),
            detector: AnomalyDetector(limits: series.limits, weights: weights))
    }

    /// Takes the next sample; they come in order of time.
    @inline(__always)
    package func take(_ time: Timestamp, _ value: Double, isEnd: Bool) throws {
        guard let row = try scorer.row(time.milliseconds, value, isEnd: isEnd), time.milliseconds >= since else {
            return
        }
        result.rows += 1
        if result.first == nil { result.first = time }
        result.last = time
        guard row.verdict.isAlert, row.verdict.score >= threshold else { return }
        result.count += 1
        guard result.findings.count < Self.mostFindings, let explanation = scorer.detector.explanation else { return }
        result.findings.append(
            Finding(
                series, time, score: row.verdict.score, surprise: row.verdict.surprise, explanation, recordedAt: time))
    }
}

extension SeriesReplay {
    /// What became of one series.
    package struct Result: Sendable, Hashable {
        /// Rows that were counted, and the times of the first and the last.
        package var rows = 0
        package var first: Timestamp?
        package var last: Timestamp?
        /// How often something would have been raised.
        package var count = 0
        package var findings: [Finding] = []

        /// In milliseconds.
        package static let week = 604_800_000.0

        /// From the first row to the last.
        package var weeks: Double {
            guard let first, let last else { return 0 }
            return Double(last.milliseconds - first.milliseconds) / Self.week
        }
    }
}
