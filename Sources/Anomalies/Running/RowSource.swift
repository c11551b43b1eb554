/// Makes of a series' samples, in order of time, the rows that are scored: of a gauge its values, of a counter by how much it
/// grew a second since the sample before.
///
/// A counter makes no row where it begins: with its first sample, after a fall (what it counts has begun anew), after the end
/// of the series was marked, and after a gap, a step more than ten times as long as usual. What it did in that time is an
/// average over much of it, unlike its neighbours. What is not finite is left out.
package struct RowSource: Sendable, Hashable {
    package let isCounter: Bool
    /// The last sample of a counter that counts: milliseconds and value.
    var lastTime: Int64?
    var lastValue = 0.0
    /// The usual distance between samples of a counter, milliseconds; 0 before there was one.
    var usualStep = 0.0

    /// A step that is so many times as long as usual is a gap.
    static let gap = 10.0

    package init(isCounter: Bool) { self.isCounter = isCounter }

    /// - Parameters:
    ///   - time: milliseconds since 1970, later than the time before.
    ///   - isEnd: whether the sample says that the series ended.
    /// - Returns: the value to be scored; nil where there is none.
    @inline(__always)
    package mutating func row(_ time: Int64, _ value: Double, isEnd: Bool) -> Double? {
        guard value.isFinite else {
            if isEnd { lastTime = nil }
            return nil
        }
        return isCounter ? growth(time, value) : value
    }

    private mutating func growth(_ time: Int64, _ value: Double) -> Double? {
        let (before, beforeValue) = (lastTime, lastValue)
        (lastTime, lastValue) = (time, value)
        guard let before, time > before, value >= beforeValue else { return nil }
        let step = Double(time - before)
        guard isUsual(step) else { return nil }
        let rate = (value - beforeValue) / (step / 1000)
        return rate.isFinite ? rate : nil
    }

    /// Follows the usual step. A series that is measured less often from now on has gaps once or twice.
    private mutating func isUsual(_ step: Double) -> Bool {
        if usualStep == 0 { usualStep = step }
        guard step <= Self.gap * usualStep else {
            usualStep = (usualStep * step).squareRoot()
            return false
        }
        usualStep += (step - usualStep) / 8
        return true
    }
}
