/// What was found while a series was scored.
package struct ScoringSummary: Sendable, Hashable {
    package var rows = 0
    package var alerts: [Severity: Int] = [:]
    /// Rows with the stamp of the row before, and with an earlier one; each with the line of the first.
    package var equalStamps = 0
    package var backwardStamps = 0
    package var firstEqual: Int?
    package var firstBackward: Int?

    package init() {}

    @inline(__always)
    mutating func count(_ verdict: Verdict, line: Int) {
        rows &+= 1
        if verdict.isAlert, let severity = verdict.severity { alerts[severity, default: 0] += 1 }
        guard verdict.order != .forward else { return }
        if verdict.order == .equal {
            equalStamps += 1
            firstEqual = firstEqual ?? line
        } else {
            backwardStamps += 1
            firstBackward = firstBackward ?? line
        }
    }
}
