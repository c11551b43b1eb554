/// Count, mean, spread and extremes of values that are seen once (Welford 1962).
package struct RunningMoments: Sendable, Hashable {
    package private(set) var count = 0
    package private(set) var mean = 0.0
    private var squares = 0.0
    package private(set) var least = Double.infinity
    package private(set) var most = -Double.infinity

    package init() {}

    package mutating func add(_ value: Double) {
        count += 1
        let distance = value - mean
        mean += distance / Double(count)
        squares += distance * (value - mean)
        least = Swift.min(least, value)
        most = Swift.max(most, value)
    }

    /// Of a sample: n - 1 below the line; 0 for a single value.
    package var standardDeviation: Double { count > 1 ? (squares / Double(count - 1)).squareRoot() : 0 }
}
