/// How large a series' values and its departures usually are, before a row: what is too small to count is measured by it.
struct SeriesScale {
    /// Mean size of the values.
    let size: Double
    /// The row's departure from a level of some hundred rows, and the mean size of departures.
    let departure: Double
    let noise: Double

    /// What departures must exceed to count.
    var least: Double { 0.05 * noise + 1e-6 * size }
    /// Keeps logarithms of spreads from falling without end where a series stands still.
    var epsilon: Double { 0.001 * size }
}

/// Learns the scale.
struct SeriesScaleTracker {
    private let size: ExponentialAverage
    private let level: ExponentialAverage
    private let noise: ExponentialAverage

    init(in memory: StateMemory) {
        size = ExponentialAverage(0.001, in: memory)
        level = ExponentialAverage(0.01, in: memory)
        noise = ExponentialAverage(0.005, in: memory)
    }

    @inline(__always)
    func taking(_ value: Double, _ step: RowStep) -> SeriesScale {
        let size = size.taking(abs(value), step)
        let departure = value - level.taking(value, step)
        return SeriesScale(size: size, departure: departure, noise: noise.taking(abs(departure), step))
    }
}
