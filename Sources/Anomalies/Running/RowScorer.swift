import DebVisorCore

/// A series' samples in order of time, scored.
struct RowScorer {
    var source: RowSource
    let detector: AnomalyDetector

    /// What one sample was.
    struct Row {
        var value: Double
        var verdict: Verdict
    }

    /// - Parameter time: milliseconds since 1970.
    /// - Returns: nil for a sample that makes no row.
    @inline(__always)
    mutating func row(_ time: Int64, _ value: Double, isEnd: Bool) throws(Fault) -> Row? {
        guard let value = source.row(time, value, isEnd: isEnd) else { return nil }
        return Row(value: value, verdict: try detector.score(value, at: Double(time) / 1000))
    }
}
