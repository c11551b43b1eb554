package import DebVisorCore

/// What a step's samples become.
package enum Aggregate: String, Sendable, CaseIterable {
    case avg, min, max, sum, count, p50, p95, p99
    /// By how much a second the value grew: of counters with what a restart took, of gauges simply the difference.
    case rate

    /// As a fraction; nil for what is no percentile.
    var quantile: Double? {
        switch self {
        case .p50: 0.5
        case .p95: 0.95
        case .p99: 0.99
        default: nil
        }
    }
}

/// One step and its value.
package struct AggregatePoint: Sendable, Hashable {
    /// Where the step begins: a multiple of its length, counted from 1970.
    package var time: Timestamp
    package var value: Double

    package init(_ time: Timestamp, _ value: Double) { (self.time, self.value) = (time, value) }
}
