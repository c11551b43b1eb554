/// What all trackers of a series know of a row: its number, and how fast they may still learn.
struct RowStep {
    /// Rows before this one.
    let row: Int
    /// 1/(row + 1): the n-th row moves a plain mean by so much.
    let share: Double

    @inline(__always)
    init(row: Int) {
        self.row = row
        share = 1 / Double(row &+ 1)
    }

    /// A tracker's rate, as fast as a plain mean while the series is young.
    @inline(__always)
    func rate(_ rate: Double) -> Double { rate > share ? rate : share }
}
