/// How much an alert matters: by how often chance alone would raise one.
package enum Severity: String, Sendable, CaseIterable, Comparable {
    /// Some times a week by chance.
    case info
    /// Less than once in two weeks.
    case warning
    /// Next to never.
    case critical

    /// The least surprise of the level, in decimal logarithms of one in so many rows.
    package var surprise: Double {
        switch self {
        case .info: 3.0
        case .warning: 3.9
        case .critical: 4.6
        }
    }

    /// The same as an anomaly score.
    package var score: Double { surprise / AnomalyDetector.mostSurprise }

    /// The level of an anomaly score; nil below `info`.
    package init?(score: Double) {
        guard let level = Self.allCases.last(where: { score >= $0.score }) else { return nil }
        self = level
    }

    package static func < (a: Severity, b: Severity) -> Bool { a.surprise < b.surprise }
}
