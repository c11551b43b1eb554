import Alerts
import Anomalies
import DebVisorCore
import Metrics

/// Makes of the samples of one series, in order of time, what a rule compares: of a gauge its values, of a counter its
/// growth a second, of a rule about a rate the change a second over the rule's stretch of time.
struct RuleValues {
    private var source: RowSource
    private var rates: RateWindow?

    init(_ condition: AlertCondition, isCounted: Bool) {
        source = RowSource(isCounter: isCounted)
        if condition.kind == .rate {
            rates = RateWindow(seconds: condition.seconds ?? 0, isCounted: isCounted)
        }
    }

    /// Milliseconds of samples before the first value that is wanted: what it is compared with.
    var lead: Int64 { (rates?.length ?? 0) + (source.isCounter ? 3_600_000 : 0) }

    /// nil: the sample alone says nothing.
    mutating func value(_ sample: Sample) -> Double? {
        if rates != nil { return rates?.rate(sample) }
        return source.row(sample.time.milliseconds, sample.value, isEnd: sample.isEndOfSeries)
    }
}

/// The change a second between a sample and the oldest one within a stretch of time. There is none while less than half of
/// the stretch is covered, nor over the end of a series. A counter that falls began again at zero.
struct RateWindow {
    /// Milliseconds.
    let length: Int64
    private let isCounted: Bool
    private var samples: [(time: Int64, total: Double)] = []
    private var first = 0
    private var lastValue = 0.0

    init(seconds: Int, isCounted: Bool) { (length, self.isCounted) = (Int64(seconds) * 1000, isCounted) }

    mutating func rate(_ sample: Sample) -> Double? {
        let (time, value) = (sample.time.milliseconds, sample.value)
        guard value.isFinite else {
            if sample.isEndOfSeries { (samples, first) = ([], 0) }
            return nil
        }
        var total = value
        if let last = samples.last {
            total = last.total + (isCounted && value < lastValue ? value : value - lastValue)
        }
        lastValue = value
        samples.append((time, total))
        while time - samples[first].time > length { first += 1 }
        if first > 1024 { (samples, first) = (Array(samples[first...]), 0) }
        let elapsed = time - samples[first].time
        guard elapsed > 0, elapsed * 2 >= length else { return nil }
        return (total - samples[first].total) / (Double(elapsed) / 1000)
    }
}
