import DebVisorCore

/// The axis of time: round times in UTC, as many as their labels leave room for.
struct PlotTimes: Sendable {
    let range: ClosedRange<Int64>
    private let columns: Int
    private let step: Int64

    /// Milliseconds: from a tenth of a second to a year of 365 days.
    private static let steps: [Int64] =
        [100, 200, 500]
        + [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200].map { $0 * 1000 }
        + [1, 2, 7, 14, 30, 90, 180, 365].map { $0 * 86_400_000 }

    init(_ first: Int64, _ last: Int64, columns: Int) {
        (range, self.columns) = (first...last, columns)
        let span = last - first
        // A label and two blanks.
        let step = Self.steps.first { step in
            Int64(columns) / Int64(Self.labelLength(step) + 2) >= span / step
        }
        self.step = step ?? max(1, span / 4)
    }

    /// Where an instant within the range lies among so many places, from the left; one instant alone in the middle.
    func place(_ time: Int64, of count: Int) -> Int {
        let span = range.upperBound - range.lowerBound
        guard span > 0 else { return count / 2 }
        let share = Double(min(max(time, range.lowerBound), range.upperBound) - range.lowerBound) / Double(span)
        return Int((share * Double(count - 1)).rounded())
    }

    /// The instant in the middle of a column.
    func time(of column: Int) -> Int64 {
        let share = columns > 1 ? Double(column) / Double(columns - 1) : 0
        return range.lowerBound + Int64(share * Double(range.upperBound - range.lowerBound))
    }

    var ticks: [(column: Int, time: Int64)] {
        guard range.upperBound > range.lowerBound else { return [(columns / 2, range.lowerBound)] }
        let rest = range.lowerBound % step
        var time = range.lowerBound - rest + (rest > 0 ? step : 0)
        var ticks: [(Int, Int64)] = []
        while time <= range.upperBound {
            ticks.append((place(time, of: columns), time))
            time += step
        }
        return ticks
    }

    /// The line of labels, each in the middle below its tick.
    func labels(margin: Int, width: Int) -> String {
        var line = ""
        for tick in ticks {
            let label = label(of: tick.time)
            let start = min(max(margin + tick.column - label.count / 2, 0), width - label.count)
            guard line.isEmpty || start > line.count else { continue }
            line += String(repeating: " ", count: max(0, start - line.count)) + label
        }
        return line
    }

    /// From when to when, on one line or two.
    func captions(width: Int) -> [String] {
        let texts = [range.lowerBound, range.upperBound].map { time in
            let instant = Timestamp(milliseconds: time)
            return time % 1000 == 0 ? instant.description : instant.exactDescription
        }
        guard texts[0] != texts[1] else { return [texts[0]] }
        let line = "\(texts[0]) to \(texts[1])"
        return line.count <= width ? [line] : [texts[0], "to \(texts[1])"]
    }

    private func label(of time: Int64) -> String {
        let text = Timestamp(milliseconds: time).exactDescription
        let isInstant = range.lowerBound == range.upperBound
        if step >= 86_400_000, !isInstant { return String(text.prefix(10)) }
        // At midnight the day is worth more than zeros.
        if step >= 60_000, !isInstant, time % 86_400_000 == 0 { return String(text.prefix(10).suffix(5)) }
        let start = text.index(text.startIndex, offsetBy: 11)
        return String(text[start...].prefix(isInstant ? 8 : Self.labelLength(step)))
    }

    /// `2026-11-24`, `18:01`, `18:01:22`, `18:01:22.5`.
    private static func labelLength(_ step: Int64) -> Int {
        switch step {
        case 86_400_000...: 10
        case 60_000...: 5
        case 1000...: 8
        default: 10
        }
    }
}
