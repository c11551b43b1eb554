/// A slow median: a level that creeps towards each value by a share of the usual distance, however far that value is
/// (stochastic approximation of a median).
struct SlowLevel {
    /// The level and the mean distance from it.
    private let cells: UnsafeMutablePointer<Double>
    private let rate: Double

    init(_ rate: Double, in memory: StateMemory) {
        cells = memory.doubles(2)
        self.rate = rate
    }

    /// The level before `value`, which it takes in.
    @inline(__always)
    func taking(_ value: Double, _ step: RowStep) -> Double {
        let level = step.row == 0 ? value : cells[0]
        let distance = value - level
        let spread = cells[1] + step.rate(0.02) * (abs(distance) - cells[1])
        cells[1] = spread
        let move = step.rate(rate) * spread
        cells[0] = level + (distance > 0 ? move : distance < 0 ? -move : 0)
        return level
    }
}
