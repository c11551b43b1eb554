import Anomalies
import CommandKit
import DebVisorCore
import Metrics

/// Makes baselines of stored samples: of a counter's growth a second, of all other series' values.
struct BaselineMaker: Sendable {
    let metrics: MetricStore
    let session: Session
    /// Samples outside are left out; nil: all that are stored.
    var range: ClosedRange<Timestamp>?

    /// - Throws: `notFound` if there are no samples.
    func baseline(of series: MetricSeries) throws -> Baseline {
        do {
            return try Baseline { body in
                var source = RowSource(isCounter: series.isCounted)
                try metrics.readSamples(of: series, range) { samples in
                    try session.checkCancellation(left: "baselines that were made before are kept")
                    for sample in samples {
                        let time = sample.time.milliseconds
                        if let row = source.row(time, sample.value, isEnd: sample.isEndOfSeries) {
                            body(BaselineSample(sample.time, row))
                        } else if !series.isCounted, !sample.isEndOfSeries {
                            // Counted as no number.
                            body(BaselineSample(sample.time, sample.value))
                        }
                    }
                }
            }
        } catch var fault as Fault where fault.kind == .notFound {
            fault.message = "there are no samples of \(series.key)\(range == nil ? "" : " in that time")"
            throw fault
        }
    }

    /// Makes those of some series and keeps them, a hundred at a time.
    /// - Parameter old: what is kept so far, by ids: one that comes out the same stays as it is.
    func keep(
        _ series: [MetricSeries], in store: AnomalyStore, insteadOf old: [UInt64: SavedBaseline], at now: Timestamp
    ) throws -> KeptBaselines {
        let task = session.progress("making baselines")
        defer { task.finish() }
        var kept = KeptBaselines()
        var rest = series[...]
        while !rest.isEmpty {
            task.note("series \(rest.startIndex) of \(series.count)")
            var new: [SavedBaseline] = []
            for one in rest.prefix(100) {
                do {
                    let made = SavedBaseline(
                        SeriesLabel(one.key), isCounter: one.isCounted, try baseline(of: one), at: now)
                    let before = old[one.id.number]
                    let isSame = before?.baseline == made.baseline && before?.isCounter == made.isCounter
                    kept.baselines.append(isSame ? before ?? made : made)
                    if !isSame { new.append(made) }
                } catch let fault as Fault where fault.kind == .notFound {
                    kept.failures.append(ItemFailure("\(one.key)", fault))
                }
            }
            try store.save(new)
            kept.changed += new.count
            rest = rest.dropFirst(100)
        }
        return kept
    }
}

/// Baselines as they are after some were made.
struct KeptBaselines: Sendable {
    var baselines: [SavedBaseline] = []
    var failures: [ItemFailure] = []
    /// How many were not the same before.
    var changed = 0

    /// - Throws: what went wrong with the only series.
    func report() throws -> Report {
        if baselines.isEmpty, failures.count == 1, let only = failures.first { throw only.error }
        var report = Report.list(baselines.map(BaselineRecord.init))
        report.failures = failures
        report.changed = changed > 0
        return report
    }
}

extension AnomalyStore {
    /// The baselines of some series, by their ids; one that cannot be read is as none.
    func readableBaselines(_ metric: String? = nil) -> [UInt64: SavedBaseline] {
        let all = (try? baselines(metric)) ?? []
        return Dictionary(all.map { ($0.series.id, $0) }) { $1 }
    }
}
