import DebVisorCore

/// A series drawn for a terminal. A column of dots reaches from the least to the largest value of its time, so that no
/// peak is lost.
///
///     100 ┤      ⢰⡇
///      50 ┤⠤⠤⠤⠤⠤⠤⠼⠧⠤⠤
///         └┬───────┬──
///         03:00   03:30
struct SeriesPlot: Sendable {
    /// In order of time. A value that is no number makes a gap; an infinite one lies at the edge.
    var points: [(milliseconds: Int64, value: Double)]
    /// What was expected: drawn lighter, and joined from one time to the next. Both are the same where one value was.
    var band: [(milliseconds: Int64, lower: Double, upper: Double)] = []
    /// Times to be pointed at, below the axis.
    var marks: [Int64] = []
    var unit = PlotUnit.plain
    /// Points farther apart, in milliseconds, are not joined; nil: four times as far as most are.
    var longestGap: Int64?
    /// Cells of a line, labels and all; not less than 24.
    var width = 80
    /// Cells of the values' axis; not less than 3.
    var height = 12
    var signs = PlotSigns.unicode

    /// Whole lines: the plot, its times, and from when to when it is. Without a value a sentence that says so.
    var text: String {
        let finite = points.map(\.value).filter(\.isFinite) + band.flatMap { [$0.lower, $0.upper] }.filter(\.isFinite)
        guard let least = finite.min(), let most = finite.max(), let first = points.first?.milliseconds,
            let last = points.last?.milliseconds
        else { return "there is no value to draw\n" }
        let scale = PlotScale(least, most, unit, ticks: max(2, height / 3))
        let labels = scale.labels
        let margin = labels.map(\.count).max() ?? 0
        let columns = max(width, 24) - margin - 2
        let axis = PlotTimes(first, max(first, last), columns: columns)
        let canvas = drawn(scale, axis, columns)
        return lines(canvas, scale, labels, margin, axis).map(Self.trimmed).joined(separator: "\n") + "\n"
    }

    private func drawn(_ scale: PlotScale, _ axis: PlotTimes, _ columns: Int) -> PlotCanvas {
        var canvas = PlotCanvas(columns: columns, rows: max(height, 3), signs)
        func place(_ point: (milliseconds: Int64, value: Double)) -> (x: Int, y: Int) {
            (axis.place(point.milliseconds, of: canvas.width), scale.place(point.value, of: canvas.height))
        }
        let gap = longestGap ?? usualDistance.multipliedReportingOverflow(by: 4).partialValue
        var previous: (milliseconds: Int64, value: Double)?
        for point in points {
            guard !point.value.isNaN else {
                previous = nil
                continue
            }
            let end = place(point)
            if let old = previous, point.milliseconds - old.milliseconds <= gap {
                canvas.line(place(old), end)
            } else {
                canvas.set(end.x, end.y)
            }
            previous = point
        }
        for column in 0..<columns {
            guard let (lower, upper) = expected(at: axis.time(of: column)) else { continue }
            canvas.shade(column, scale.place(lower, of: canvas.height)...scale.place(upper, of: canvas.height))
        }
        return canvas
    }

    /// The band at an instant, between the times that it is known for.
    private func expected(at time: Int64) -> (Double, Double)? {
        guard let after = band.firstIndex(where: { $0.milliseconds >= time }) else { return nil }
        let next = band[after]
        let before = after > 0 ? band[after - 1] : next
        guard after > 0 || next.milliseconds == time, next.lower <= next.upper, before.lower <= before.upper else {
            return nil
        }
        let span = next.milliseconds - before.milliseconds
        let share = span > 0 ? Double(time - before.milliseconds) / Double(span) : 0
        return (
            before.lower * (1 - share) + next.lower * share, before.upper * (1 - share) + next.upper * share
        )
    }

    /// The median.
    private var usualDistance: Int64 {
        let distances = zip(points, points.dropFirst()).map { $1.milliseconds - $0.milliseconds }.sorted()
        return distances.isEmpty ? 0 : distances[distances.count / 2]
    }

    private func lines(
        _ canvas: PlotCanvas, _ scale: PlotScale, _ labels: [String], _ margin: Int, _ axis: PlotTimes
    ) -> [String] {
        var titles: [Int: String] = [:]
        for (tick, label) in zip(scale.ticks, labels) {
            titles[canvas.rows - 1 - scale.place(tick, of: canvas.height) / signs.dots.high] = label
        }
        let blank = String(repeating: " ", count: margin)
        var lines = (0..<canvas.rows).map { row in
            let title = titles[row] ?? ""
            let side = title.isEmpty ? signs.side : signs.sideTick
            return "\(blank.dropFirst(title.count))\(title) \(side)\(canvas.text(row: row))"
        }
        var bottom = [Character](repeating: signs.bottom, count: canvas.columns)
        for tick in axis.ticks { bottom[tick.column] = signs.bottomTick }
        lines.append("\(blank) \(signs.corner)\(String(bottom))")
        var pointers = [Character](repeating: " ", count: canvas.columns)
        for mark in marks where axis.range.contains(mark) {
            pointers[axis.place(mark, of: canvas.columns)] = signs.mark
        }
        if pointers.contains(signs.mark) { lines.append("\(blank)  \(String(pointers))") }
        lines.append(axis.labels(margin: margin + 2, width: margin + 2 + canvas.columns))
        return lines + axis.captions(width: canvas.columns).map { "\(blank)  \($0)" }
    }

    private static func trimmed(_ line: String) -> String {
        var line = line
        while line.last == " " { line.removeLast() }
        return line
    }
}
