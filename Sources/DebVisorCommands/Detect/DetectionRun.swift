import Anomalies
import CommandKit
import DebVisorCore
import Metrics

/// Scores what is new in some series: some hundred at a time, so that thousands need no more memory.
///
/// Samples are read from one store at one instant, what comes of them goes into the other in one transaction. Whoever is killed
/// between leaves series that are where they were, and whoever comes second finds that they are not.
struct DetectionRun: Sendable {
    let metrics: MetricStore
    let anomalies: AnomalyStore
    /// Findings of earlier times are not recorded; nil: those of a series' first run that are older than a day.
    let since: Timestamp?
    let isAnew: Bool
    let now: Timestamp
    let session: Session

    private static let mostSeries = 256
    /// States of so many series are written at once, or fewer if they had so many samples.
    private static let mostSamples = 500_000
    /// What a first run records: seconds back.
    static let firstRecorded: Int64 = 86_400

    var recordedFromFirst: Timestamp { since ?? now.adding(milliseconds: -Self.firstRecorded * 1000) }

    /// - Throws: `Interruption` between two transactions.
    func run(_ series: [MetricSeries]) throws -> DetectionSummary {
        let task = session.progress("scoring")
        defer { task.finish() }
        var summary = DetectionSummary(recordedFromFirst: recordedFromFirst)
        var rest = series[...]
        while !rest.isEmpty {
            task.note("series \(rest.startIndex) of \(series.count)")
            let (outcomes, count) = try score(Array(rest.prefix(Self.mostSeries)))
            summary.add(outcomes, try anomalies.record(outcomes, at: now))
            summary.looked += count
            rest = rest.dropFirst(count)
        }
        return summary
    }

    /// - Returns: what changed, and how many of the series were looked at.
    private func score(_ series: [MetricSeries]) throws -> (outcomes: [SeriesOutcome], count: Int) {
        let progress = try anomalies.progress(of: series.map(\.id.number))
        let weights = try anomalies.weights()
        return try metrics.look(at: series) { look in
            var outcomes: [SeriesOutcome] = []
            var (samples, count) = (0, 0)
            for one in series {
                try checkCancellation()
                count += 1
                let outcome = try score(
                    one, progress[one.id.number], weights[one.id.number] ?? .full, look, &samples)
                if let outcome { outcomes.append(outcome) }
                if samples >= Self.mostSamples { break }
            }
            return (outcomes, count)
        }
    }

    private func score(
        _ series: MetricSeries, _ progress: SeriesProgress?, _ weights: EvidenceWeights, _ look: SampleLook,
        _ total: inout Int
    ) throws -> SeriesOutcome? {
        guard let watched = WatchedSeries(series), let extent = try look.extent(of: series) else { return nil }
        if let progress, !isAnew, !progress.isOutdated(for: watched, at: now),
            !progress.mayHaveNews(count: extent.count, last: extent.last)
        {
            return nil
        }
        let state = try progress.flatMap { _ in try anomalies.state(of: watched.label.id) }
        let pass = SeriesPass(
            watched, progress, state: state, weights: weights,
            recordFrom: progress == nil ? recordedFromFirst : since, anew: isAnew, at: now)
        try look.readSamples(of: series, after: pass.readAfter) { samples in
            try checkCancellation()
            total += samples.count
            for sample in samples { try pass.take(sample.time, sample.value, isEnd: sample.isEndOfSeries) }
        }
        return pass.finish(count: extent.count, first: extent.first)
    }

    private func checkCancellation() throws {
        try session.checkCancellation(left: "what was scored is recorded, the next run goes on from there")
    }
}
