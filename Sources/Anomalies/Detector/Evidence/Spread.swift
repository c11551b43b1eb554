/// Whether the series has become wilder or calmer: range, departures, steps from row to row, each against what it was.
///
/// Logarithms, because spreads grow by factors; rounded to 1e-5, so that equal ones tie whatever the unit.
struct Spread {
    private let range: RecentRange
    private let squares: WindowSums
    private let steps: WindowSums
    private let rangeBefore: Delay
    private let departureBefore: Delay
    private let stepBefore: Delay
    private let rangeUsual: ExponentialAverage
    private let departureUsual: ExponentialAverage
    private let stepUsual: ExponentialAverage

    init(in memory: StateMemory) {
        range = RecentRange(in: memory)
        squares = WindowSums(doublings: 6, in: memory)
        steps = WindowSums(doublings: 5, in: memory)
        rangeBefore = Delay(rows: 48, in: memory)
        departureBefore = Delay(rows: 64, in: memory)
        stepBefore = Delay(rows: 32, in: memory)
        rangeUsual = ExponentialAverage(0.005, in: memory)
        departureUsual = ExponentialAverage(0.01, in: memory)
        stepUsual = ExponentialAverage(0.005, in: memory)
    }

    /// Writes evidence 22 to 28, and 31 at `evidence[9]`.
    @inline(__always)
    func take(
        _ value: Double, _ scale: SeriesScale, _ row: Int, _ recent: RecentRows,
        into evidence: UnsafeMutablePointer<Double>
    ) {
        let epsilon = scale.epsilon
        evidence[0] = change(range.taking(value, row) + epsilon, row, rangeBefore, rangeUsual)
        squares.taking(scale.departure * scale.departure, row) { doublings, sum in
            guard doublings >= 2 else { return }
            evidence[doublings] = (sum * windowShare(row, 1 &<< doublings)).squareRoot()
        }
        evidence[1] = change(evidence[6] + epsilon, row, departureBefore, departureUsual)
        var mean = 0.0
        steps.taking(row == 0 ? 0 : abs(value - recent.value(1, before: row)), row) { doublings, sum in
            if doublings == 5 { mean = sum / 32 }
        }
        // Below 32 rows there is no whole window: such a row has no value, and nothing is fed.
        let roughness = row < 32 ? 0 : mean + 0.01 * scale.noise + 0.001 * epsilon
        evidence[9] = change(roughness, row, stepBefore, stepUsual)
    }

    /// The logarithm of `spread` above that of before, 0 as long as one of them is not known.
    @inline(__always)
    private func change(_ spread: Double, _ row: Int, _ before: Delay, _ usual: ExponentialAverage) -> Double {
        let isKnown = spread >= Double.leastNormalMagnitude
        let logarithm = isKnown ? Binary.logarithm(spread) * Binary.ln2 : Delay.absent
        let old = before.exchange(logarithm, row)
        let mean: Double
        if old == Delay.absent {
            guard !usual.isEmpty else { return 0 }
            mean = usual.mean
        } else {
            mean = usual.taking(old)
        }
        return isKnown ? Binary.rounded((logarithm - mean) * 1e5) * 1e-5 : 0
    }
}
