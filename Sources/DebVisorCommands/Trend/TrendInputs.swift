import CommandKit
import DebVisorCore
import Metrics
import Trends

/// Which time a trend is looked for in.
struct TrendWindow: InputSet {
    let window = Option(
        "window", .duration(atLeast: 60), default: 604_800,
        help: "Look at the samples of so long a time until now; a season of the week shows from 21d on")
}

extension Parsed<TrendWindow> {
    /// The time up to an instant.
    func range(until now: Timestamp) -> ClosedRange<Timestamp> {
        let (length, isTooLong) = Int64(self.window).multipliedReportingOverflow(by: 1000)
        let (start, isTooEarly) = now.milliseconds.subtractingReportingOverflow(length)
        let least = Sample.times.lowerBound
        let first = isTooLong || isTooEarly ? least : max(start, least)
        return Timestamp(milliseconds: min(first, now.milliseconds))...now
    }
}

/// What manual pages say of the group.
enum TrendTexts {
    static let discussion = """
        A trend is the line through the samples of a window, by the median of all slopes between them: single peaks do not \
        bend it. A season of the day or the week is taken out first; what was before the last jump of the level does not \
        count; what rises and falls back again and again, as a log that is rotated, has no trend unless it drifts as a whole. \
        There is a direction only if chance would give such an order of samples, even of such that hang together, in less than \
        one case of a hundred, and if the change exceeds the noise; else the series is stable.

        Gauges are looked at by their values, counters and the sums and counts of histograms by their growth a second. Where \
        samples of the window were rolled up, averages of all of it are looked at instead, which is said.
        """
}

/// A level that somebody wants to be told of.
struct TrendLevel: Sendable, Equatable {
    var value: Double
}

extension ValueType where Value == TrendLevel {
    /// A number, or a size: `90`, `-5`, `1e6`, `200GiB`.
    static var level: ValueType {
        ValueType(placeholder: "LEVEL", text: { "\($0.value)" }) { text throws(ValueError) in
            if let number = try? ValueType<Double>.double.parse(text) { return TrendLevel(value: number) }
            guard let bytes = try? ValueType<Int>.size.parse(text) else {
                throw ValueError("must be a number, or a size like 200GiB")
            }
            return TrendLevel(value: Double(bytes))
        }
    }
}
