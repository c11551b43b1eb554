package import DebVisorCore
import GRDB
import Storage

extension MetricStore {
    /// Counts one observation in a histogram: a new sample for each of its buckets, for its sum and its count. All or none.
    ///
    /// - Parameters:
    ///   - tags: without `le`.
    ///   - bounds: for a histogram that is new; one that is there keeps its own.
    /// - Throws: `usage` for a NaN or a tag `le`; `conflict` if the metric is no histogram, or has later observations: each
    ///   counts from its time on.
    package func observe(
        _ name: MetricName, _ tags: TagSet, _ value: Double, at time: Timestamp, help: String = "", unit: String = "",
        bounds: HistogramBounds = .standard
    ) throws {
        try Self.check(time)
        guard !value.isNaN else { throw Fault(.usage, "an observation is a number", hint: "NaN lies in no bucket") }
        guard tags["le"] == nil else {
            throw Fault(.usage, "the tag 'le' belongs to the buckets of a histogram", hint: "use another name")
        }
        try store.write("metric-append") { database in
            let registry = try SeriesRegistry(database, limit: seriesLimit)
            func row(_ suffix: String, _ tags: TagSet) throws -> Int64 {
                let key = SeriesKey(MetricName(stored: name.text + suffix), tags)
                return try registry.id(
                    of: SeriesRequest(key, .histogram, suffix: suffix, unit: unit, help: help))
            }
            let (sum, count) = (try row("_sum", tags), try row("_count", tags))
            var rows: [(row: Int64, growth: Double)] = [(sum, value), (count, 1)]
            for bound in try Self.bounds(of: name, tags, database) ?? bounds.bounds.map(HistogramBounds.text) {
                guard let limit = HistogramBounds.bound(bound) else { continue }
                rows.append((try row("_bucket", tags.setting("le", to: bound)), value <= limit ? 1 : 0))
            }
            let latest = try LatestSamples(database, of: Set(rows.map(\.row)))
            let records = try rows.map { row, growth in
                let last = try latest.sample(of: row)
                guard (last?.time ?? time) <= time else {
                    throw Fault(
                        .conflict, "histogram '\(SeriesKey(name, tags))' has later observations",
                        hint: "observations are recorded in the order of time")
                }
                // After the end of a series it begins anew.
                let old = last.flatMap { $0.value.isNaN ? nil : $0.value } ?? 0
                return SampleBatch.Record(
                    series: row, time: time.milliseconds, bits: (old + growth).bitPattern)
            }
            try Self.append(records, database)
        }
    }

    /// The buckets that a histogram has, as their tags say; nil if there are none yet.
    private static func bounds(of name: MetricName, _ tags: TagSet, _ database: Database) throws -> [String]? {
        var bounds: [String] = []
        try SeriesSelection(MetricName(stored: name.text + "_bucket"), tags).forEach(database) { series in
            if series.key.tags.removing("le") == tags, let bound = series.key.tags["le"] { bounds.append(bound) }
        }
        return bounds.isEmpty ? nil : bounds
    }
}
