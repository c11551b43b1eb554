/// What it does to a series that findings of a stretch are told to be false alarms.
package struct FalseAlarmChange: Sendable {
    /// All findings of the stretch, oldest first; one at least.
    package let findings: [Finding]
    /// Those that were told before.
    package let known: [FalseAlarm]
    package let before: EvidenceWeights
    package let after: EvidenceWeights
    /// The findings of the last `days` days, newest first, those of the stretch too.
    package let recent: [Finding]
    package static let days = 30

    /// Whether anything is told that was not before.
    package var isNew: Bool { known.count < findings.count }

    /// The most certain one.
    package var strongest: Finding { findings.max { $0.score < $1.score } ?? findings[0] }

    /// What spoke for findings of the stretch, in the order of the evidence, with weights before and after.
    package var evidence: [(name: String, before: Double, after: Double)] {
        let names = Set(findings.flatMap(\.speakers))
        return Evidence.allCases.filter { names.contains($0.name) }.map { ($0.name, before[$0], after[$0]) }
    }

    /// Of recent findings that had been raised with the weights before: how many there are, how many of them would not have been
    /// with those after, how many would have been less severe.
    package var counts: (all: Int, gone: Int, milder: Int) {
        var counts = (all: 0, gone: 0, milder: 0)
        for finding in recent {
            guard let before = finding.score(under: before).flatMap(Severity.init(score:)) else { continue }
            counts.all += 1
            let after = finding.score(under: after).flatMap(Severity.init(score:))
            if after == nil { counts.gone += 1 } else if after.map({ $0 < before }) == true { counts.milder += 1 }
        }
        return counts
    }
}
