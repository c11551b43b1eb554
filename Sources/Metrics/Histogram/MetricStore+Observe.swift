package import DebVisorCore
import GRDB
import Storage

extension MetricStore {
    /// Counts one observation in a histogram: a new sample for each of its buckets, for its sum and its count. All or none.
    ///
    /// - Parameters:
    ///   - tags: without `le`.
    ///   - bounds: for a histogram that is new and not defined; one that is there keeps its own.
    /// - Throws: `usage` for a NaN or a tag `le`; `conflict` if the metric is no histogram, or has later observations: each
    ///   counts from its time on.
    package func observe(
        _ name: MetricName, _ tags: TagSet, _ value: Double, at time: Timestamp, help: String = "", unit: String = "",
        bounds: HistogramBounds = .standard
    ) throws {
        var observation = ObservedValue(name, tags, value, at: time)
        (observation.help, observation.unit) = (help, unit)
        try observation.check(.histogram)
        try store.write("metric-append") { [observation] database in
            let writer = try MeasureWriter(database, limit: seriesLimit)
            try writer.observe(observation, bounds: bounds, late: .refused)
            try writer.finish()
        }
    }

    /// Counts one observation in a summary: a new sample for each of its quantiles, for its sum and its count. All or none.
    ///
    /// Quantiles are those of all values that were observed here since the series began, each to a hundredth of itself
    /// (`ValueSketch`).
    /// - Throws: as `observe`, also for what is infinite.
    package func summarize(_ observation: ObservedValue) throws {
        try observation.check(.summary)
        try store.write("metric-append") { database in
            let writer = try MeasureWriter(database, limit: seriesLimit)
            try writer.summarize(observation, late: .refused)
            try writer.finish()
        }
    }
}

extension MeasureWriter {
    func observe(_ observation: ObservedValue, bounds: HistogramBounds, late: LateObservation) throws {
        func row(_ suffix: String, _ tags: TagSet) throws -> Int64 {
            try registry.id(of: observation.request(suffix, tags, .histogram))
        }
        let (name, tags, value) = (observation.name, observation.tags, observation.value)
        let (count, sum) = (try row("_count", tags), try row("_sum", tags))
        var changes: [(row: Int64, change: Change)] = [(sum, .growth(value)), (count, .growth(1))]
        let defined = try DefinitionRow.find(name, database)?.buckets
        for bound in try ownBounds(of: name, tags) ?? (defined ?? bounds).bounds.map(HistogramBounds.text) {
            guard let limit = HistogramBounds.bound(bound) else { continue }
            let bucket = try row("_bucket", tags.setting("le", to: bound))
            changes.append((bucket, .growth(value <= limit ? 1 : 0)))
        }
        try put(changes, of: observation, "histogram", late)
    }

    func summarize(_ observation: ObservedValue, late: LateObservation) throws {
        func row(_ suffix: String, _ tags: TagSet) throws -> Int64 {
            try registry.id(of: observation.request(suffix, tags, .summary))
        }
        let tags = observation.tags
        let (count, sum) = (try row("_count", tags), try row("_sum", tags))
        var sketch = ValueSketch()
        // After the end of a series it begins anew.
        if let old = try newest(count), !old.value.isNaN { sketch = try self.sketch(of: count) ?? sketch }
        sketch.add(observation.value)
        var changes: [(row: Int64, change: Change)] = [(sum, .growth(observation.value)), (count, .growth(1))]
        let quantiles = try DefinitionRow.find(observation.name, database)?.quantiles
        for quantile in quantiles ?? MetricDefinition.standardQuantiles {
            guard let value = sketch.quantile(quantile) else { continue }
            let tags = try tags.setting("quantile", to: HistogramBounds.text(quantile))
            changes.append((try row("", tags), .value(value)))
        }
        try put(changes, of: observation, "summary", late)
        try database.execute(sql: "INSERT OR REPLACE INTO sketches VALUES (?, ?)", arguments: [count, sketch.bytes])
    }

    private func put(
        _ changes: [(row: Int64, change: Change)], of observation: ObservedValue, _ type: String,
        _ late: LateObservation
    ) throws {
        var time = observation.time
        if let newest = try newestTime(changes.map(\.row)), newest > time {
            guard late == .movedUp else {
                throw Fault(
                    .conflict, "\(type) '\(SeriesKey(observation.name, observation.tags))' has later observations",
                    hint: "observations are recorded in the order of time")
            }
            time = newest
        }
        for (row, change) in changes { try put(row, change, at: time) }
    }

    private func sketch(of row: Int64) throws -> ValueSketch? {
        let statement = try database.cachedStatement(sql: "SELECT data FROM sketches WHERE series_id = ?")
        return try Row.fetchOne(statement, arguments: [row]).map { try ValueSketch($0[0]) }
    }

    /// The buckets that a histogram has, as their tags say; nil if there are none yet.
    private func ownBounds(of name: MetricName, _ tags: TagSet) throws -> [String]? {
        var bounds: [String] = []
        try SeriesSelection(MetricName(stored: name.text + "_bucket"), tags).forEach(database) { series in
            if series.key.tags.removing("le") == tags, let bound = series.key.tags["le"] { bounds.append(bound) }
        }
        return bounds.isEmpty ? nil : bounds
    }
}
