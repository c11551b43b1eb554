import DebVisorCore

/// What an analysis looks at: the points of a series that count.
struct TrendLook {
    let extent: TrendExtent
    let profile: SeasonProfile?
    let restart: TrendRestart?
    let shape: SeriesShape
    let points: [TrendBucket]
    /// The median of the last few samples, the season in it.
    let latest: Double
    let lacks: [String]

    /// - Throws: `notFound` if there is no sample; what `scan` throws.
    init(_ scan: TrendScan) throws {
        guard let whole = try TrendExtent(scan) else {
            throw Fault(.notFound, "there are no samples", hint: "a trend is seen in what was measured")
        }
        let (profile, seasonLacks) = try SeasonSearch.profile(whole, scan)
        let points = try TrendBuckets.points(whole, profile, scan)
        let shape = SeriesShape(points.map(\.time), points.map(\.median))
        self.profile = profile
        if case .restarted(let shift) = shape,
            let rest = try TrendExtent(from: points[shift.index].start, scan)
        {
            restart = TrendRestart(time: rest.since, before: shift.before, after: shift.after)
            extent = rest
            self.points = try TrendBuckets.points(rest, profile, scan)
            self.shape = .steady
        } else {
            restart = nil
            extent = whole
            self.points = points
            self.shape = shape
        }
        latest = try Self.latest(extent, scan)
        lacks = Self.lacks(of: extent) + seasonLacks
    }

    private static func latest(_ extent: TrendExtent, _ scan: TrendScan) throws -> Double {
        var last: [Double] = []
        try scan { sample in
            guard sample.value.isFinite, sample.time >= extent.since else { return }
            if last.count == 3 { last.removeFirst() }
            last.append(sample.value)
        }
        return Ordered.median(last)
    }

    private static func lacks(of extent: TrendExtent) -> [String] {
        var lacks: [String] = []
        if extent.count < Trend.samplesWanted {
            lacks.append("\(extent.count) of \(Trend.samplesWanted) samples for a trend")
        }
        if extent.leftOut > 0 { lacks.append("\(extent.leftOut) samples were not numbers") }
        if extent.count > 2, extent.longestGap > 10 * extent.step, extent.longestGap * 20 > extent.milliseconds {
            let length = TrendWords.duration(seconds: Double(extent.longestGap) / 1000)
            lacks.append("no samples for \(length) from \(extent.gapStart) on")
        }
        return lacks
    }
}
