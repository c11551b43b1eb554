package import DebVisorCore

/// Scores the new samples of one series, and says what is to be kept of that.
///
/// The state is no more than what was learned from samples that are kept: where it is damaged, of another version, or learned
/// under other limits, it is learned anew from those, without finding again what was found before.
package final class SeriesPass {
    /// Why a series that has a state does not go on from it.
    package enum Restart: Sendable, Hashable { case damaged, changed, wanted }

    /// Samples further ahead of the clock are left for later: one from the year 2100 would make all others late.
    package static let farthestAhead: Int64 = 600_000

    private let series: WatchedSeries
    private let before: SeriesProgress?
    private let now: Timestamp
    private let recordFrom: Int64
    private let seenUntil: Int64
    private var scorer: RowScorer
    package let restart: Restart?
    /// Samples at or before this time need not be read; nil: all are wanted.
    package let readAfter: Timestamp?

    private var lastTime: Int64
    private var fresh = 0
    private var ahead = 0
    private var rows = 0
    private var findings: [Finding] = []
    private var unrecorded = 0

    /// - Parameters:
    ///   - state: the detector's, as `SeriesOutcome` had it.
    ///   - weights: what false alarms have left of the series' evidence.
    ///   - recordFrom: findings of earlier times are learned from, and not recorded.
    ///   - isAnew: whether it is to be learned from its beginning anyway.
    package init(
        _ series: WatchedSeries, _ progress: SeriesProgress?, state: [UInt8]?, weights: EvidenceWeights = .full,
        recordFrom: Timestamp?, anew isAnew: Bool, at now: Timestamp
    ) {
        (self.series, self.before, self.now) = (series, progress, now)
        self.recordFrom = recordFrom?.milliseconds ?? .min
        seenUntil = progress?.seenUntil.milliseconds ?? .min
        lastTime = seenUntil
        var restart: Restart? = progress.flatMap { $0.isOutdated(for: series, at: now) ? .changed : nil }
        if isAnew, progress != nil { restart = .wanted }
        var detector: AnomalyDetector?
        if let progress, restart == nil {
            detector = state.flatMap { try? AnomalyDetector(restoring: $0, weights: weights) }
            if detector?.rows != progress.rows { detector = nil }
            if detector == nil { restart = .damaged }
        }
        self.restart = restart
        readAfter = detector == nil ? nil : progress?.seenUntil
        scorer = RowScorer(
            source: detector.flatMap { _ in progress?.source } ?? RowSource(isCounter: series.isCounter),
            detector: detector ?? AnomalyDetector(limits: series.limits, weights: weights))
    }

    /// Takes the next sample; they come in order of time. - Parameter isEnd: whether it says that the series ended.
    @inline(__always)
    package func take(_ time: Timestamp, _ value: Double, isEnd: Bool) throws {
        let instant = time.milliseconds
        let isNew = instant > seenUntil
        if isNew {
            guard instant <= now.milliseconds + Self.farthestAhead else { return ahead += 1 }
            fresh += 1
            lastTime = instant
        }
        guard let row = try scorer.row(instant, value, isEnd: isEnd), isNew else { return }
        rows += 1
        if row.verdict.isAlert, row.verdict.severity != nil { try found(row, time) }
    }

    private func found(_ row: RowScorer.Row, _ time: Timestamp) throws {
        guard time.milliseconds >= recordFrom else { return unrecorded += 1 }
        guard let explanation = scorer.detector.explanation else { return }
        let limited = WatchedSeries(series.label, isCounter: series.isCounter, limits: scorer.detector.limits)
        findings.append(
            Finding(
                limited, time, score: row.verdict.score, surprise: row.verdict.surprise, explanation, recordedAt: now))
    }

    /// - Parameters:
    ///   - count: how many samples the series has, those included that this pass was given.
    ///   - first: the time of the first.
    /// - Returns: nil if nothing has changed.
    package func finish(count: Int, first: Timestamp) -> SeriesOutcome? {
        let older = count - fresh - ahead
        // Where samples have gone, nobody can tell what came.
        let late = before.map { first > $0.seenFrom ? 0 : max(0, older - $0.seenCount) } ?? 0
        let next = SeriesProgress(
            revision: (before?.revision ?? 0) + 1, seenUntil: Timestamp(milliseconds: lastTime),
            seenCount: count - ahead, seenFrom: first, rows: scorer.detector.rows,
            learnedAt: restart == nil ? before?.learnedAt ?? now : now, limits: scorer.detector.limits,
            source: scorer.source)
        guard fresh > 0 || restart != nil || before != nil && before?.seenCount != next.seenCount else {
            return before == nil && ahead > 0 ? SeriesOutcome(onlyAhead: ahead, of: series) : nil
        }
        return SeriesOutcome(
            series: series, before: before?.revision, progress: next,
            state: fresh > 0 || restart != nil ? scorer.detector.saved() : nil, findings: findings, rows: rows,
            unrecorded: unrecorded, late: late, ahead: ahead, restart: restart)
    }
}

/// What a pass over one series leaves.
package struct SeriesOutcome: Sendable {
    package let series: WatchedSeries
    /// The revision that it went on from; nil for a series that was never scored.
    let before: Int64?
    let progress: SeriesProgress?
    /// Nil if it is as it was.
    let state: [UInt8]?
    package var findings: [Finding] = []
    /// Rows that were scored.
    package var rows = 0
    /// Findings of times that were not to be recorded.
    package var unrecorded = 0
    /// Samples that came for times that were scored already.
    package var late = 0
    /// Samples whose time has not come yet.
    package var ahead = 0
    package var restart: SeriesPass.Restart?
}

extension SeriesOutcome {
    /// Nothing but samples whose time has not come.
    init(onlyAhead ahead: Int, of series: WatchedSeries) {
        self.init(series: series, before: nil, progress: nil, state: nil)
        self.ahead = ahead
    }
}
