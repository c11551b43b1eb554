import Anomalies
import CommandKit
import DebVisorCore
import Metrics
import Trends

/// Makes trends of stored samples.
struct TrendReader: Sendable {
    let metrics: MetricStore
    let session: Session
    let range: ClosedRange<Timestamp>

    /// So many series are looked at in one consistent view of the store.
    private static let batch = 64
    /// So many samples of a series, 16 bytes each, are kept in memory; of more each scan reads the store.
    private static let mostKept = 1_000_000

    /// The trends of series, in their order, without those that have no sample in the window.
    ///
    /// Samples are read one series after the other, in one view of the store; what takes time is done by all processors.
    func trends(of series: [MetricSeries]) throws -> [SeriesTrend] {
        let task = session.progress("looking for trends")
        defer { task.finish() }
        let hasRollUps = try metrics.hasRollUps
        var found: [SeriesTrend] = []
        var rest = series[...]
        while !rest.isEmpty {
            task.note("series \(rest.startIndex) of \(series.count)")
            let batch = Array(rest.prefix(Self.batch))
            let averages = hasRollUps ? try self.averages(of: batch) : [:]
            let works = try metrics.look(at: batch) { look in
                var works: [TrendWork] = []
                var samples = 0
                for one in batch where samples < Self.mostKept {
                    works.append(try work(on: one, look, averages[one.id]))
                    samples += works.last?.samples.count ?? 0
                }
                return works
            }
            found += try TrendWork.done(works, session)
            rest = rest.dropFirst(works.count)
        }
        return found
    }

    /// - Throws: `notFound` if it has no sample in the window.
    func trend(of series: MetricSeries) throws -> SeriesTrend {
        if let found = try trends(of: [series]).first { return found }
        let length = TrendWords.duration(
            seconds: Double(range.upperBound.milliseconds - range.lowerBound.milliseconds) / 1000)
        let last = try metrics.look(at: [series], { try $0.extent(of: series) })?.last
        throw Fault(
            .notFound, "there are no samples of \(series.key) in the last \(length)",
            hint: last.map { "the newest is from \($0); look farther back with --window" }
                ?? "look farther back with --window")
    }

    /// What it was made of, in order of time.
    func points(of series: MetricSeries) throws -> [(milliseconds: Int64, value: Double)] {
        var points: [(milliseconds: Int64, value: Double)] = []
        if let averages = try metrics.hasRollUps ? averages(of: [series])[series.id] : nil {
            points = averages.samples.map { ($0.time.milliseconds, $0.value) }
        } else {
            try metrics.look(at: [series]) { look in
                _ = try read(series, look) { points.append(($0.time.milliseconds, $0.value)) }
            }
        }
        return points.filter(\.value.isFinite)
    }

    private func work(on series: MetricSeries, _ look: SampleLook, _ averages: Averages?) throws -> TrendWork {
        var work = TrendWork(series: series, samples: averages?.samples ?? [], rolledUpUntil: averages?.until)
        guard averages == nil else {
            work.endedAt = try read(series, look) { _ in }
            return work
        }
        var count = 0
        work.endedAt = try read(series, look) { sample in
            count += 1
            if count <= Self.mostKept { work.samples.append(sample) }
        }
        guard count > Self.mostKept else { return work }
        work.samples = []
        work.long = try TrendWork.trend(of: series) { body in _ = try read(series, look, body) }
        return work
    }

    /// - Returns: when the series ended, if nothing came after.
    private func read(
        _ series: MetricSeries, _ look: SampleLook, _ body: (TrendSample) -> Void
    ) throws -> Timestamp? {
        var source = RowSource(isCounter: series.isCounted)
        var end: Timestamp?
        try look.readSamples(of: series, after: range.lowerBound.adding(milliseconds: -1)) { samples in
            try session.checkCancellation(left: "nothing was changed")
            for sample in samples where sample.time <= range.upperBound {
                end = sample.isEndOfSeries ? sample.time : nil
                if let row = source.row(sample.time.milliseconds, sample.value, isEnd: sample.isEndOfSeries) {
                    body(TrendSample(sample.time, row))
                } else if !series.isCounted, !sample.isEndOfSeries {
                    // Counted as no number.
                    body(TrendSample(sample.time, sample.value))
                }
            }
        }
        return end
    }
}

extension TrendReader {
    /// What stands for samples that are not kept any more, and for the others of the window: steps of equal length.
    struct Averages {
        var samples: [TrendSample]
        /// The begin of the last roll-up.
        var until: Timestamp
    }

    /// Milliseconds: as long as roll-ups are; of hours there are enough in three weeks.
    var step: Int64 {
        range.upperBound.milliseconds - range.lowerBound.milliseconds >= 21 * 86_400_000 ? 3_600_000 : 600_000
    }

    /// Of those series that have roll-ups in the window.
    private func averages(of series: [MetricSeries]) throws -> [SeriesID: Averages] {
        var found: [SeriesID: Averages] = [:]
        for one in series {
            guard let until = try metrics.lastRollUp(of: one, range) else { continue }
            let points = try metrics.points(of: one, range, step: step, one.isCounted ? .rate : .avg)
            // A step stands for its middle.
            let samples = points.map { point in
                TrendSample(min(point.time.adding(milliseconds: step / 2), range.upperBound), point.value)
            }
            found[one.id] = Averages(samples: samples, until: until)
        }
        return found
    }

    /// What is to be said if samples were rolled up.
    func warnings(_ trends: [SeriesTrend]) -> [String] {
        let rolledUp = trends.filter { $0.rolledUpUntil != nil }
        guard let until = rolledUp.compactMap(\.rolledUpUntil).max() else { return [] }
        let whose = trends.count > 1 ? " of \(rolledUp.count) series" : ""
        let length = TrendWords.duration(seconds: Double(step) / 1000)
        return [
            "samples\(whose) until \(until) were rolled up: averages of \(length) were looked at, which hide short peaks"
        ]
    }
}

extension MetricStore {
    /// The one series that name and tags fit. - Throws: `notFound`; `usage` if there are several.
    func trendSeries(_ name: String, _ tags: TagSet) throws -> MetricSeries {
        let family = try find(name, tags).first?.family
        if let family, family.type.isCompound, family.name.text == name, tags["quantile"] == nil {
            throw Fault(
                .usage, "'\(name)' is a \(family.type.rawValue), which is several series",
                hint: "name one of them: \(name)_count or \(name)_sum")
        }
        return try findOne(name, tags)
    }

    /// The series that `trend list` looks at: all but the buckets of histograms, unless they are named.
    func trendSeries(_ name: String?, among tags: TagSet) throws -> [MetricSeries] {
        let found = try name.map { try find($0, tags) } ?? series(SeriesSelection(nil, tags))
        return found.filter { $0.suffix != "_bucket" || $0.key.name.text == name }
    }
}
