import Anomalies
import CommandKit
import DebVisorCore

/// Something unusual in a series.
struct FindingRecord: Record {
    var finding: Finding

    static var fields: [Field<FindingRecord>] { identity + figures + reasons }

    private static var identity: [Field<FindingRecord>] {
        [
            .string("finding_id", "Number of the finding; unknown if it was not recorded", column: "ID") {
                $0.finding.id > 0 ? "\($0.finding.id)" : nil
            },
            .choice("severity", "How much it matters, by how seldom chance alone does this") { $0.finding.severity },
            .timestamp("timestamp", "When the value was measured", column: "TIME") { $0.finding.time.milliseconds },
            .string("metric_name", "Name of the metric", column: .none) { $0.finding.series.label.metric },
            .string("series_id", "Id of the series", column: .none) { $0.finding.series.label.idText },
            .map("tags", "Tags of the series", column: .none) { $0.finding.series.label.tags },
            .string("series", "Name and tags") { $0.finding.series.label.text },
        ]
    }

    private static var figures: [Field<FindingRecord>] {
        [
            .double("value", "What was measured; of a counter its growth a second") { $0.finding.explanation.observed },
            .double("expected", "What was expected") { $0.finding.explanation.expected },
            .bool("per_second", "Whether both are a growth a second", column: .none) { $0.finding.series.isCounter },
            .double("anomaly_score", "How unusual it is, from 0 to 1", column: "SCORE") { $0.finding.score },
            .double("surprise", "Decimal logarithm of one in how many rows is like this", column: .none) {
                $0.finding.surprise
            },
            .double("rarity", "The share of rows that are as unusual, by the strongest evidence", column: .none) {
                $0.finding.explanation.rarity
            },
            .double("minimum", "The least value the series can have, if that is known", column: .none) {
                $0.finding.series.limits?.least
            },
            .double("maximum", "The largest value the series can have, if that is known", column: .none) {
                $0.finding.series.limits?.most
            },
        ]
    }

    private static var reasons: [Field<FindingRecord>] {
        [
            .string("message", "What it is, in words", column: .none) { $0.finding.message },
            .bool("is_new_level", "Whether the series never had such a level; where limits are known", column: .none) {
                $0.finding.explanation.isNewLevel
            },
            .records("evidence", "What spoke for it, the strongest first") {
                $0.finding.explanation.findings.map(EvidenceRecord.init)
            },
            .string("false_alarm_by", "Who told that it was a false alarm", column: .none) {
                $0.finding.falseAlarm?.by
            },
            .timestamp("false_alarm_at", "When that was told", column: .none) {
                $0.finding.falseAlarm?.at.milliseconds
            },
            .timestamp("recorded_at", "When it was found; unknown if it was not recorded", column: .none) {
                $0.finding.id > 0 ? $0.finding.recordedAt.milliseconds : nil
            },
        ]
    }
}

/// One view of a row that spoke.
struct EvidenceRecord: Record {
    var evidence: Explanation.Finding

    static var fields: [Field<EvidenceRecord>] {
        [
            .string("name", "Name of the view") { $0.evidence.name },
            .string("text", "What it says") { $0.evidence.text },
            .double("observed", "What it looked at, where that is a number", column: .none) { $0.evidence.observed },
            .double("expected", "What that usually is", column: .none) { $0.evidence.expected },
            .double("rarity", "The share of rows that are as unusual", column: .none) { $0.evidence.rarity },
            .double("weight", "What it counts: less than 1 after false alarms", column: .none) { $0.evidence.weight },
        ]
    }
}
