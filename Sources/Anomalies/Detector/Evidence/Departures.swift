/// How far one row is from where the series was: slow medians, medians of a few rows, averages.
struct Departures {
    let slowest: SlowLevel
    let slow: SlowLevel
    private let few: SortedWindow
    private let several: SortedWindow
    private let many: SortedWindow
    private let averages: (ExponentialAverage, ExponentialAverage, ExponentialAverage)

    init(in memory: StateMemory) {
        slowest = SlowLevel(0.002, in: memory)
        slow = SlowLevel(0.01, in: memory)
        few = SortedWindow(5, in: memory)
        several = SortedWindow(9, in: memory)
        many = SortedWindow(25, in: memory)
        averages = (
            ExponentialAverage(0.5, in: memory), ExponentialAverage(0.1, in: memory),
            ExponentialAverage(0.02, in: memory)
        )
    }

    /// Writes evidence 1 to 8.
    /// - Returns: the slow level before the row.
    @inline(__always)
    func take(
        _ value: Double, _ step: RowStep, _ recent: RecentRows, into evidence: UnsafeMutablePointer<Double>
    ) -> Double {
        evidence[0] = value - slowest.taking(value, step)
        let level = slow.taking(value, step)
        evidence[1] = value - level
        evidence[2] = departure(value, step.row, few, recent)
        evidence[3] = departure(value, step.row, several, recent)
        evidence[4] = departure(value, step.row, many, recent)
        evidence[5] = value - averages.0.taking(value, step)
        evidence[6] = value - averages.1.taking(value, step)
        evidence[7] = value - averages.2.taking(value, step)
        return level
    }

    @inline(__always)
    private func departure(_ value: Double, _ row: Int, _ window: SortedWindow, _ recent: RecentRows) -> Double {
        let held = row < window.length ? row : window.length
        let departure = held == 0 ? 0 : value - window.median(of: held)
        window.take(value, row, dropping: recent.value(window.length, before: row))
        return departure
    }
}

/// The last 32 values.
struct RecentRows {
    private let ring: UnsafeMutablePointer<Double>

    init(in memory: StateMemory) { ring = memory.doubles(32) }

    /// - Parameter distance: 1 to 32 rows, if this row has not been put yet.
    @inline(__always)
    func value(_ distance: Int, before row: Int) -> Double { ring[(row &- distance) & 31] }

    @inline(__always)
    func put(_ value: Double, at row: Int) { ring[row & 31] = value }
}
