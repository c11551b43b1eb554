/// What was so many rows ago. A row may have no value.
struct Delay {
    /// Stands for no value: no logarithm and no median is as large.
    static let absent = Double.greatestFiniteMagnitude

    private let ring: UnsafeMutablePointer<Double>
    private let rows: Int

    init(rows: Int, in memory: StateMemory) {
        self.rows = rows
        ring = memory.doubles(rows, all: Self.absent)
    }

    /// Keeps `value` and gives back that of `rows` rows ago, `absent` before there is one.
    @inline(__always)
    func exchange(_ value: Double, _ row: Int) -> Double {
        let place = row % rows
        let before = ring[place]
        ring[place] = value
        return before
    }
}
