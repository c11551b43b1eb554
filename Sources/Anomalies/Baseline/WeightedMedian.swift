/// Median and median distance from it, of values that stand for several rows each.
struct WeightedMedian {
    let median: Double
    /// Median absolute deviation, not scaled.
    let deviation: Double

    /// nil without values.
    init?(_ values: [(value: Double, weight: Int)]) {
        guard let median = Self.median(values) else { return nil }
        self.median = median
        deviation = Self.median(values.map { (abs($0.value - median), $0.weight) }) ?? 0
    }

    /// Of an even number of rows the mean of the middle two.
    private static func median(_ values: [(value: Double, weight: Int)]) -> Double? {
        let sorted = values.sorted { $0.value < $1.value }
        let rows = sorted.reduce(0) { $0 + $1.weight }
        guard rows > 0 else { return nil }
        func value(atRank rank: Int) -> Double {
            var below = 0
            for (value, weight) in sorted {
                below += weight
                if rank < below { return value }
            }
            return sorted[sorted.count - 1].value
        }
        let (low, high) = (value(atRank: (rows - 1) / 2), value(atRank: rows / 2))
        return low + (high - low) / 2
    }
}
