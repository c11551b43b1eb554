import DebVisorCore

/// The stretch of time that samples cover.
struct TimeExtent {
    var since: Timestamp
    var until: Timestamp

    var milliseconds: Int64 { until.milliseconds - since.milliseconds }
    var days: Double { Double(milliseconds) / 86_400_000 }
}

/// The first look at a series: everything but its seasons.
struct BaselineSurvey {
    /// Fewer samples make poor percentiles.
    static let samplesWanted = 100

    private(set) var moments = RunningMoments()
    var values = QuantileSketch()
    private(set) var extent: TimeExtent?
    private var steps = QuantileSketch(error: 0.01)
    private var leftOut = 0

    mutating func add(_ sample: BaselineSample) {
        guard sample.value.isFinite else {
            leftOut += 1
            return
        }
        moments.add(sample.value)
        values.add(sample.value)
        guard let before = extent else {
            extent = TimeExtent(since: sample.time, until: sample.time)
            return
        }
        steps.add(Double(sample.time.milliseconds - before.until.milliseconds))
        extent = TimeExtent(since: before.since, until: max(before.until, sample.time))
    }

    /// The median distance between neighbours, milliseconds.
    var step: Int64 {
        var steps = steps
        return Int64(steps.quantile(0.5) ?? 0)
    }

    var lacks: [String] {
        var lacks: [String] = []
        if moments.count < Self.samplesWanted {
            lacks.append("\(moments.count) of \(Self.samplesWanted) samples for percentiles to rely on")
        }
        if leftOut > 0 { lacks.append("\(leftOut) samples were not numbers") }
        if let extent, step > 0 {
            let expected = extent.milliseconds / step + 1
            // Some jitter is no gap.
            if Int64(moments.count) * 10 < expected * 9 {
                lacks.append("\(moments.count) of \(expected) samples for one each \(Self.text(milliseconds: step))")
            }
        }
        return lacks
    }

    /// `1 min`, `90 s`, `250 ms`.
    private static func text(milliseconds: Int64) -> String {
        if milliseconds % 60_000 == 0 { return "\(milliseconds / 60_000) min" }
        return milliseconds % 1000 == 0 ? "\(milliseconds / 1000) s" : "\(milliseconds) ms"
    }
}
