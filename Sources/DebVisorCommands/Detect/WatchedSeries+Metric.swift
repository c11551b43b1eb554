import Anomalies
import DebVisorCore
import Metrics

extension SeriesLabel {
    /// The store of samples and that of findings know a series by the same number.
    init(_ key: SeriesKey) {
        self.init(id: key.id.number, metric: key.name.text, tags: key.tags.dictionary, text: key.description)
    }

    /// As records have ids: 16 hexadecimal digits.
    var idText: String {
        let digits = String(id, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension TagSet {
    var dictionary: [String: String] { Dictionary(tags.map { ($0.name, $0.value) }) { $1 } }
}

extension WatchedSeries {
    /// What a series is to the detector; nil for the buckets of a histogram, whose shifts show in its sum and count.
    init?(_ series: MetricSeries) {
        guard series.suffix != "_bucket" else { return nil }
        var limits: KnownLimits?
        // Those of a counter are of its growth, as `metric collect` sets them.
        if let least = series.limits.least, let most = series.limits.most { limits = KnownLimits(least, most) }
        self.init(SeriesLabel(series.key), isCounter: series.isCounted, limits: limits)
    }
}

extension MetricStore {
    /// The series that are scored: of a metric, of all without one; with some tags at least.
    /// - Throws: `notFound` with the nearest name as a hint; `usage` if there are only buckets.
    func scoredSeries(_ name: String?, _ tags: TagSet) throws -> [MetricSeries] {
        let found = try name.map { try find($0, tags) } ?? series(SeriesSelection(nil, tags))
        let scored = found.filter { WatchedSeries($0) != nil }
        guard scored.isEmpty, let bucket = found.first else { return scored }
        throw Fault(
            .usage, "the buckets of a histogram are not scored",
            hint: "name its series '\(bucket.family.name)_count' or _sum")
    }
}
