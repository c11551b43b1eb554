import Anomalies
package import CommandKit

/// A row of a series with its score.
package struct ScoredRow: Sendable {
    /// Since 1970.
    var seconds: Double
    var value: Double
    var verdict: Verdict
}

extension ScoredRow: Record {
    package static var fields: [Field<ScoredRow>] {
        [
            .timestamp("timestamp", "When the value was measured") { Int64(($0.seconds * 1000).rounded()) },
            .double("value", "The value") { $0.value },
            .double("anomaly_score", "How unusual it is, from 0 to 1") { $0.verdict.score },
            .choice("severity", "What the score means to a person, if anything") { $0.verdict.severity },
        ]
    }
}
