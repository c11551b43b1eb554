import DebVisorCore

/// The stretch of time that samples cover, and how evenly.
struct TrendExtent {
    var since: Timestamp
    var until: Timestamp
    var count: Int
    /// The longest time without a sample, milliseconds, and when it began.
    var longestGap: Int64
    var gapStart: Timestamp
    /// Samples that are not numbers.
    var leftOut: Int

    var milliseconds: Int64 { until.milliseconds - since.milliseconds }
    var days: Double { Double(milliseconds) / 86_400_000 }
    /// Milliseconds between samples, on average without the longest gap.
    var step: Int64 { count > 2 ? (milliseconds - longestGap) / Int64(count - 2) : milliseconds }

    /// nil without a sample that is a number.
    /// - Parameter start: earlier ones do not count.
    init?(from start: Timestamp? = nil, _ scan: TrendScan) throws {
        var (first, last): (Timestamp?, Timestamp?)
        (count, leftOut, longestGap, gapStart) = (0, 0, 0, Timestamp(milliseconds: 0))
        var (gap, began, numbers, others) = (Int64(0), Timestamp(milliseconds: 0), 0, 0)
        try scan { sample in
            if let start, sample.time < start { return }
            guard sample.value.isFinite else {
                others += 1
                return
            }
            numbers += 1
            first = first ?? sample.time
            if let last, sample.time.milliseconds - last.milliseconds > gap {
                gap = sample.time.milliseconds - last.milliseconds
                began = last
            }
            last = sample.time
        }
        guard let first, let last else { return nil }
        (since, until, count, leftOut, longestGap, gapStart) = (first, last, numbers, others, gap, began)
    }
}
