/// An exponentially weighted average of whatever it is given, a plain mean as long as that moves faster.
struct ExponentialAverage {
    /// The mean and how many values it has seen.
    private let cells: UnsafeMutablePointer<Double>
    private let rate: Double

    init(_ rate: Double, in memory: StateMemory) {
        cells = memory.doubles(2)
        self.rate = rate
    }

    var mean: Double { cells[0] }
    var isEmpty: Bool { cells[1] == 0 }

    /// The mean before `value`, which it takes in; the first value is its own mean.
    @inline(__always)
    func taking(_ value: Double) -> Double {
        let seen = cells[1] + 1
        cells[1] = seen
        return move(by: value, 1 / seen)
    }

    /// The same for an average that sees every row, which spares it a division.
    @inline(__always)
    func taking(_ value: Double, _ step: RowStep) -> Double {
        cells[1] = Double(step.row &+ 1)
        return move(by: value, step.share)
    }

    @inline(__always)
    private func move(by value: Double, _ share: Double) -> Double {
        let before = share == 1 ? value : cells[0]
        cells[0] = before + (rate > share ? rate : share) * (value - before)
        return before
    }
}
