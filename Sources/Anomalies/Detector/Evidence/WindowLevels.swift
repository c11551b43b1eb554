/// Whether the level has moved: means of the last rows against the slow level, medians against the medians before.
struct WindowLevels {
    private let sums: WindowSums
    private let half: SortedWindow
    private let whole: SortedWindow
    private let halfBefore: Delay
    private let wholeBefore: Delay
    private let halfUsual: ExponentialAverage
    private let wholeUsual: ExponentialAverage

    init(in memory: StateMemory) {
        sums = WindowSums(doublings: 6, in: memory)
        half = SortedWindow(16, in: memory)
        whole = SortedWindow(32, in: memory)
        halfBefore = Delay(rows: 16, in: memory)
        wholeBefore = Delay(rows: 32, in: memory)
        halfUsual = ExponentialAverage(0.005, in: memory)
        wholeUsual = ExponentialAverage(0.005, in: memory)
    }

    /// Writes evidence 15 to 21.
    @inline(__always)
    func take(
        _ value: Double, level: Double, _ step: RowStep, _ recent: RecentRows,
        into evidence: UnsafeMutablePointer<Double>
    ) {
        let row = step.row
        sums.taking(value, row) { doublings, sum in
            guard doublings >= 2 else { return }
            evidence[doublings &- 2] = sum * windowShare(row, 1 &<< doublings) - level
        }
        evidence[5] = shift(value, row, half, halfBefore, halfUsual, recent)
        evidence[6] = shift(value, row, whole, wholeBefore, wholeUsual, recent)
    }

    @inline(__always)
    private func shift(
        _ value: Double, _ row: Int, _ window: SortedWindow, _ before: Delay, _ usual: ExponentialAverage,
        _ recent: RecentRows
    ) -> Double {
        window.take(value, row, dropping: recent.value(window.length, before: row))
        let median = window.median(of: row < window.length ? row &+ 1 : window.length)
        let old = before.exchange(median, row)
        return old == Delay.absent ? 0 : median - usual.taking(old)
    }
}

/// 1/n of a window of `length` rows, of which a young series has fewer.
@inline(__always)
func windowShare(_ row: Int, _ length: Int) -> Double { 1 / Double(row < length ? row &+ 1 : length) }
