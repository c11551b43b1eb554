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
        return records.indices.filter { place in
            guard place + 1 < records.count else { return true }
            return !records[place].event.isPassedBy(records[place + 1].event)
        }.map { records[$0] }
    }

    /// What is the matter; of what is over why it is.
    private var message: String? {
        guard event.to == .resolved else { return alert?.message }
        return event.reason + (alert.map { "; it was: \($0.message)" } ?? "")
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

extension AlertEvent {
    /// Whether nobody could have seen this, as it became something else at once: what fires without having to hold was not
    /// pending, what is hidden did not fire.
    fileprivate func isPassedBy(_ next: AlertEvent) -> Bool {
        guard next.alert == alert, next.episode == episode else { return false }
        return switch (to, next.to) {
        case (.pending, .firing): next.at == at
        case (.firing, .suppressed): true
        default: false
        }
    }
}
