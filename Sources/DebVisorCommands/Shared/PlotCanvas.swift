/// Dots in cells of a terminal, and cells that are shaded.
struct PlotCanvas: Sendable {
    let columns: Int
    let rows: Int
    private let signs: PlotSigns
    private var cells: [UInt8]
    private var shaded: [Bool]

    init(columns: Int, rows: Int, _ signs: PlotSigns) {
        (self.columns, self.rows, self.signs) = (columns, rows, signs)
        cells = Array(repeating: 0, count: columns * rows)
        shaded = Array(repeating: false, count: columns * rows)
    }

    /// In dots.
    var width: Int { columns * signs.dots.wide }
    var height: Int { rows * signs.dots.high }

    /// - Parameters:
    ///   - x: from the left.
    ///   - y: from below.
    mutating func set(_ x: Int, _ y: Int) {
        let (wide, high) = signs.dots
        cells[index(x / wide, y / high)] |= 1 << UInt8(x % wide + wide * (y % high))
    }

    /// All dots between two, the later one not to the left.
    mutating func line(_ from: (x: Int, y: Int), _ to: (x: Int, y: Int)) {
        let (wide, high) = (to.x - from.x, to.y - from.y)
        var y = from.y
        for x in from.x...to.x {
            // Where the line leaves this column: in the middle between it and the next.
            let end = x == to.x ? to.y : from.y + high * (2 * (x - from.x) + 1) / (2 * wide)
            for dot in min(y, end)...max(y, end) { set(x, dot) }
            y = end
        }
    }

    /// The cells of a column that have something of a range of dots.
    mutating func shade(_ column: Int, _ range: ClosedRange<Int>) {
        let high = signs.dots.high
        for row in range.lowerBound / high...range.upperBound / high { shaded[index(column, row)] = true }
    }

    /// - Parameter row: from above.
    func text(row: Int) -> String {
        String(
            (0..<columns).map { column in
                let index = row * columns + column
                return signs.character(cells[index]) ?? (shaded[index] ? signs.shade : " ")
            })
    }

    /// - Parameter row: from below.
    private func index(_ column: Int, _ row: Int) -> Int { (rows - 1 - row) * columns + column }
}
