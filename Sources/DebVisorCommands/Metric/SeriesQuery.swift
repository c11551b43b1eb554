import CommandKit
import DebVisorCore
import Metrics
import Platform

/// Which values of which series somebody wants.
struct SeriesQuery: Sendable {
    let store: MetricStore
    let series: [MetricSeries]
    let range: ClosedRange<Timestamp>?
    /// Milliseconds; nil for samples as they are.
    let step: Int64?
    let aggregate: Aggregate
    /// The newest of each series.
    let limit: Int?

    var isRate: Bool { step != nil && aggregate == .rate }

    /// Hands on records, some thousand at a time. - Returns: warnings.
    func read(_ body: ([MetricRecord]) throws -> Void) throws -> [String] {
        var isWhole = true
        for one in series {
            let label = SeriesIdentity(one)
            isWhole =
                try read(one) { samples in
                    try body(samples.map { MetricRecord(label: label, sample: $0) })
                } && isWhole
        }
        return try warnings(isWhole)
    }

    /// Hands on the samples, or steps, of one series. - Returns: false if a percentile lacks what was rolled up.
    func read(_ series: MetricSeries, _ body: ([Sample]) throws -> Void) throws -> Bool {
        guard let limit else { return try readAll(series, body) }
        var newest: [Sample] = []
        let isWhole = try readAll(series) { samples in
            newest += samples
            if newest.count > 2 * limit + 1000 { newest.removeFirst(newest.count - limit) }
        }
        try body(newest.suffix(limit))
        return isWhole
    }

    private func readAll(_ series: MetricSeries, _ body: ([Sample]) throws -> Void) throws -> Bool {
        guard let step else {
            try store.readSamples(of: series, range, body)
            return true
        }
        return try withoutActuallyEscaping(body) { body in
            let pieces = Pieces(body)
            let isWhole = try store.readPoints(of: series, range, step: step, aggregate) { point in
                try pieces.append(Sample(point.time, point.value))
            }
            try pieces.finish()
            return isWhole
        }
    }

    /// Collects some values before it hands them on.
    private final class Pieces {
        private var samples: [Sample] = []
        private let body: ([Sample]) throws -> Void

        init(_ body: @escaping ([Sample]) throws -> Void) { self.body = body }

        func append(_ sample: Sample) throws {
            samples.append(sample)
            if samples.count == 1000 { try finish() }
        }

        func finish() throws {
            if !samples.isEmpty { try body(samples) }
            samples.removeAll(keepingCapacity: true)
        }
    }

    /// What is not seen of older times.
    func warnings(_ isWhole: Bool = true) throws -> [String] {
        let rolledUp = try series.compactMap { try store.lastRollUp(of: $0, range) }.max()
        guard let rolledUp else { return [] }
        let place = "until \(rolledUp.shortest)"
        if step == nil {
            return ["samples \(place) were rolled up; --step and --aggregate read roll-ups too"]
        }
        if !isWhole { return ["steps \(place) lack samples, which were rolled up: there are no percentiles of them"] }
        return ["\(place) roll-ups stand for samples: steps there are at least as long as these"]
    }
}

extension SeriesQuery {
    /// Records: in NDJSON as they come, else all at once.
    func report(_ session: Session) throws -> Report {
        guard session.format != .ndjson else {
            return .stream(of: MetricRecord.self) { emit in try read(emit).forEach(session.warn) }
        }
        let all = Locked([MetricRecord]())
        let warnings = try read { records in all.withLock { $0 += records } }
        var report = Report.list(all.withLock { $0 })
        report.warnings = warnings
        return report
    }
}
