import Alerts
import CommandKit
import DebVisorCore

/// One change that an evaluation made.
struct AlertChangeRecord: Record {
    var event: AlertEvent
    /// The alert as it is now.
    var alert: Alert?

    static func records(of events: [AlertEvent], in store: AlertStore) throws -> [AlertChangeRecord] {
        var alerts: [AlertID: Alert] = [:]
        for event in events where alerts[event.alert] == nil {
            alerts[event.alert] = try? store.alert(event.alert.text)
        }
        let records = events.map { AlertChangeRecord(event: $0, alert: alerts[$0.alert]) }
        // What fires at once was not pending for anybody.
        return records.enumerated().filter { place, record in
            guard record.event.to == .pending, place + 1 < records.count else { return true }
            let next = records[place + 1].event
            return next.alert != record.event.alert || next.to != .firing || next.at != record.event.at
        }.map(\.element)
    }

    /// What is the matter; of what is over why it is.
    private var message: String? {
        guard event.to == .resolved else { return alert?.message }
        return event.reason + (alert.map { " (\($0.message))" } ?? "")
    }

    static var fields: [Field<AlertChangeRecord>] {
        [
            .string("alert_id", "Id of the alert", column: "ALERT") { $0.event.alert.text },
            .choice("severity", "How bad it is") { $0.event.severity },
            .choice("from_status", "What it was; unknown if it is new", column: .none) { $0.event.from },
            .choice("status", "What it became") { $0.event.to },
            .string("rule", "The rule that speaks") { $0.event.rule },
            .string("series", "Name and tags of the series", column: .none) { $0.event.series },
            .string("metric_name", "Name of the metric", column: .none) { $0.alert?.series.metric },
            .string("object", "What it tells of, as 'alert rule show' names it", column: .none) {
                $0.alert?.series.object
            },
            .timestamp("timestamp", "When: the time of a sample, or of the look") { $0.event.at.milliseconds },
            .double("value", "The value then", column: .none) { $0.event.value.isFinite ? $0.event.value : nil },
            .string("message", "What is the matter, in words; of what is over why it is") { $0.message },
            .string("reason", "Why it changed", column: .none) { $0.event.reason },
        ]
    }
}
