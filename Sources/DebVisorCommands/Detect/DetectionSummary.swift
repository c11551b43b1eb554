import Anomalies
import DebVisorCore

/// What a run did, in numbers and in words.
struct DetectionSummary: Sendable {
    let recordedFromFirst: Timestamp
    /// Series that were looked at, and those of them that had something new.
    var looked = 0
    var scored = 0
    var rows = 0
    /// The first ones; all are counted.
    var findings: [Finding] = []
    var counts: [Severity: Int] = [:]
    var changes = false

    private var unrecorded = 0
    private var late = (samples: 0, series: 0)
    private var ahead = (samples: 0, series: 0)
    private var damaged: [String] = []
    private var overtaken = 0

    /// So many findings are listed: a first run over years may make more than anybody reads.
    static let mostListed = 10_000

    init(recordedFromFirst: Timestamp) { self.recordedFromFirst = recordedFromFirst }

    mutating func add(_ outcomes: [SeriesOutcome], _ recorded: RecordedOutcomes) {
        overtaken += recorded.overtaken.count
        for outcome in outcomes where !recorded.overtaken.contains(outcome.series.label.id) {
            scored += outcome.rows > 0 ? 1 : 0
            rows += outcome.rows
            changes = changes || outcome.rows > 0 || outcome.restart != nil
            unrecorded += outcome.unrecorded
            if outcome.late > 0 { late = (late.samples + outcome.late, late.series + 1) }
            if outcome.ahead > 0 { ahead = (ahead.samples + outcome.ahead, ahead.series + 1) }
            if outcome.restart == .damaged { damaged.append(outcome.series.label.text) }
        }
        for finding in recorded.findings { if let level = finding.severity { counts[level, default: 0] += 1 } }
        findings += recorded.findings.prefix(Self.mostListed - findings.count)
    }

    /// Findings of at least a level.
    func count(atLeast level: Severity) -> Int { counts.reduce(0) { $0 + ($1.key >= level ? $1.value : 0) } }

    /// `scored 1,200 rows of 40 series: 1 critical, 2 warning`.
    var sentence: String {
        let found = Severity.allCases.reversed().compactMap { level in counts[level].map { "\($0) \(level.rawValue)" } }
        let result = found.isEmpty ? "nothing unusual" : found.joined(separator: ", ")
        guard scored > 0 else { return "nothing new in \(looked) series" }
        return "scored \(rows) new rows of \(scored) series: \(result)"
    }

    var remarks: [String] {
        guard unrecorded > 0 else { return [] }
        return [
            "findings from before \(recordedFromFirst) that were learned from and not recorded: \(unrecorded); "
                + "'debvisor detect replay' shows them, a first run with --since records them"
        ]
    }

    var warnings: [String] {
        var warnings: [String] = []
        if late.samples > 0 {
            warnings.append(
                "samples that came late, for times that were scored already, and are not: \(late.samples) of "
                    + "\(late.series) series; '--anew' learns from them")
        }
        if ahead.samples > 0 {
            warnings.append(
                "samples of the future, which are scored when their time has come: \(ahead.samples) of "
                    + "\(ahead.series) series; check the clock of what sends them")
        }
        if let first = damaged.first {
            let others = damaged.count > 1 ? " and \(damaged.count - 1) others" : ""
            warnings.append("the state of \(first)\(others) could not be read: learned anew from the stored samples")
        }
        if overtaken > 0 { warnings.append("series that another run scored at the same time: \(overtaken)") }
        let all = counts.values.reduce(0, +)
        if all > findings.count {
            warnings.append("\(all - findings.count) more findings were recorded; see 'debvisor detect recent'")
        }
        return warnings
    }
}
