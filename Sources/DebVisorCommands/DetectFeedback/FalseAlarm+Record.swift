import Anomalies
import CommandKit
import DebVisorCore

/// A finding that was told to be a false alarm, with what that and others leave of weights now.
struct FalseAlarmRecord: Record {
    var alarm: FalseAlarm
    /// Those of the series.
    var weights: EvidenceWeights

    /// The records of false alarms, those of a series with the weights that they give together.
    static func records(_ alarms: [FalseAlarm], _ weights: [UInt64: EvidenceWeights]) -> [FalseAlarmRecord] {
        alarms.map { FalseAlarmRecord(alarm: $0, weights: weights[$0.series.id] ?? .full) }
    }

    private var evidence: [WeightRecord] {
        alarm.evidence.map { WeightRecord(name: $0, weight: weights.weight(of: $0)) }
    }

    static var fields: [Field<FalseAlarmRecord>] {
        [
            .string("finding_id", "Number of the finding", column: "ID") { "\($0.alarm.finding)" },
            .timestamp("timestamp", "When the value was measured", column: "TIME") { $0.alarm.time.milliseconds },
            .string("metric_name", "Name of the metric", column: .none) { $0.alarm.series.metric },
            .string("series_id", "Id of the series", column: .none) { $0.alarm.series.idText },
            .map("tags", "Tags of the series", column: .none) { $0.alarm.series.tags },
            .string("series", "Name and tags") { $0.alarm.series.text },
            .records("evidence", "What spoke for the finding, with the weight that it has now", column: .automatic) {
                $0.evidence
            },
            .double("weight", "The least of these weights") { $0.evidence.map(\.weight).min() },
            .string("told_by", "Who told that it was a false alarm", column: "BY") { $0.alarm.toldBy },
            .timestamp("told_at", "When", column: "AT") { $0.alarm.toldAt.milliseconds },
        ]
    }
}

/// What an evidence counts in a series.
struct WeightRecord: Record {
    var name: String
    var weight: Double

    static var fields: [Field<WeightRecord>] {
        [
            .string("name", "Name of the evidence") { $0.name },
            .double("weight", "1, 0.1 or 0.01: what it says must be so much rarer to count as before") { $0.weight },
        ]
    }
}
