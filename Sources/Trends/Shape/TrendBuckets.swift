import DebVisorCore

/// A scan of all samples in order of time, as often as it is asked for.
typealias TrendScan = ((TrendSample) -> Void) throws -> Void

/// A few neighbouring samples as one point.
struct TrendBucket {
    /// The first sample's.
    var start: Timestamp
    /// The mean of the samples' times, seconds after a common origin.
    var time: Double
    var median: Double
    /// Quantiles of the samples: what a median hides.
    var low: Double
    var high: Double
}

/// A series as at most 500 points that hold as many samples each as fall into equal parts of its time.
struct TrendBuckets {
    static let most = 500

    private(set) var buckets: [TrendBucket] = []
    private let origin: Timestamp
    /// Milliseconds.
    private let width: Double
    private var part = -1
    private var times = 0.0
    private var values: [Double] = []
    private var start = Timestamp(milliseconds: 0)

    private init(_ extent: TrendExtent) {
        origin = extent.since
        // Few samples stay as they are.
        width = extent.count <= Self.most ? 0 : Double(extent.milliseconds + 1) / Double(Self.most)
    }

    /// - Parameter season: what is subtracted from each sample.
    static func points(_ extent: TrendExtent, _ season: SeasonProfile?, _ scan: TrendScan) throws -> [TrendBucket] {
        var buckets = TrendBuckets(extent)
        try scan { sample in
            guard sample.value.isFinite, sample.time >= extent.since else { return }
            buckets.add(sample, usual: season?.offset(at: sample.time) ?? 0)
        }
        buckets.close()
        return buckets.buckets
    }

    private mutating func add(_ sample: TrendSample, usual: Double) {
        let distance = Double(sample.time.milliseconds - origin.milliseconds)
        let here = width > 0 ? Int(distance / width) : part + 1
        if here != part { close() }
        if values.isEmpty { start = sample.time }
        part = here
        times += distance / 1000
        values.append(sample.value - usual)
    }

    private mutating func close() {
        guard !values.isEmpty else { return }
        values.sort()
        buckets.append(
            TrendBucket(
                start: start, time: times / Double(values.count), median: Ordered.quantile(values, 0.5),
                low: Ordered.quantile(values, 0.05), high: Ordered.quantile(values, 0.95)))
        times = 0
        values.removeAll(keepingCapacity: true)
    }
}
