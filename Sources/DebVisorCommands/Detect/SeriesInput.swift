import Anomalies
import DebVisorCore
import Platform

/// A series that is read once, from a file or standard input.
struct SeriesInput: Sendable {
    let file: File?
    let name: String
    let limits: KnownLimits?

    /// Writes CSV. - Returns: warnings.
    func score(into sink: (UnsafeRawBufferPointer) throws -> Void) throws -> [String] {
        Self.warnings(of: try scorer().run(into: sink))
    }

    /// Hands on rows, many at a time. - Returns: warnings.
    func score(rows sink: ([ScoredRow]) throws -> Void) throws -> [String] {
        var rows: [ScoredRow] = []
        let scorer = self.scorer { rows.append(ScoredRow(seconds: $0, value: $1, verdict: $2)) }
        let summary = try scorer.run { _ in
            try sink(rows)
            rows.removeAll(keepingCapacity: true)
        }
        return Self.warnings(of: summary)
    }

    private func scorer(_ listener: CSVScorer.Listener? = nil) -> CSVScorer {
        CSVScorer(
            file?.descriptor ?? StandardInput.descriptor, name: name, detector: AnomalyDetector(limits: limits),
            listener: listener)
    }

    private static func warnings(of summary: ScoringSummary) -> [String] {
        let oddities = [
            ("repeat the one before", summary.equalStamps, summary.firstEqual),
            ("go back", summary.backwardStamps, summary.firstBackward),
        ]
        return oddities.compactMap { what, count, line in
            line.map { "times that \(what): \(count), first in line \($0)" }
        }
    }
}
