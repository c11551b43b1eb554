import DebVisorCore

/// Up to which size the buckets of a histogram count: ascending, the last one infinite.
package struct HistogramBounds: Sendable, Hashable {
    package let bounds: [Double]

    /// Those of Prometheus' clients: from 5 ms to 10 s, if the observations are seconds.
    package static let standard = HistogramBounds(
        checked: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, .infinity])

    /// For work that takes from a second to half a day.
    package static let durations = HistogramBounds(
        checked: [1, 5, 15, 60, 300, 900, 1800, 3600, 7200, 14_400, 43_200, .infinity])

    init(checked bounds: [Double]) { self.bounds = bounds }

    private static let most = 200

    /// - Throws: `usage` if they do not ascend, or are too many.
    package init(_ bounds: [Double]) throws {
        guard zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }), bounds.allSatisfy({ !$0.isNaN }) else {
            throw Fault(.usage, "the bounds of buckets ascend", hint: "for example 0.1, 1, 10")
        }
        guard bounds.count <= Self.most else {
            throw Fault(
                .usage, "\(bounds.count) buckets are more than the \(Self.most) that a histogram may have",
                hint: "each is a series of its own; bounds that double tell enough")
        }
        self.bounds = bounds.last == .infinity ? bounds : bounds + [.infinity]
    }

    /// As a tag `le` has it: OpenMetrics' canonical numbers, `0.25`, `1.0`, `+Inf`.
    static func text(_ bound: Double) -> String { bound == .infinity ? "+Inf" : bound.description }

    /// Nil for what is no bound.
    static func bound(_ text: String) -> Double? {
        text == "+Inf" ? .infinity : Double(text).flatMap { $0.isNaN ? nil : $0 }
    }
}
