package import Alerts
package import CommandKit
import DebVisorCore

extension Alert: Record {
    package static var fields: [Field<Alert>] { identity + figures + times + people }

    private static var identity: [Field<Alert>] {
        [
            .string("id", "The same for the same rule and series, for ever") { $0.id.text },
            .choice("severity", "How bad it is") { $0.severity },
            .choice("status", "Where it is in its life") { $0.status },
            .timestamp("changed_at", "Since when it has had this status", column: "SINCE") { $0.since.milliseconds },
            .string("rule", "The rule that speaks") { $0.rule },
            .string("message", "What is wrong, with numbers") { $0.message },
            .string("metric_name", "Name of the metric", column: .none) { $0.series.metric },
            .string("series_id", "Id of the series", column: .none) { $0.series.id },
            .string("series", "Name and tags of the series", column: .none) { $0.series.text },
            .map("tags", "Tags of the series", column: .none) { $0.series.tags },
            .string("object", "What it tells of, as machine:web01, where that is known", column: .none) {
                $0.series.object
            },
            .string("host", "The host whose notices it joins, where that is known", column: .none) { $0.series.host },
        ]
    }

    private static var figures: [Field<Alert>] {
        [
            .double("value", "The newest value", column: .none) { $0.value },
            .double("threshold", "What it is compared with; unknown where the rule has none", column: .none) {
                $0.threshold
            },
            .double("peak", "The value farthest beyond the threshold in this episode", column: .none) { $0.peak },
            .int("count", "Samples of this episode that were beyond it", column: .none) { $0.count },
            .int("episode", "How often it has begun", column: .none) { $0.episode },
        ]
    }

    private static var times: [Field<Alert>] {
        [
            .timestamp("first_seen_at", "The first sample of this episode that was beyond", column: .none) {
                $0.firstSeenAt.milliseconds
            },
            .timestamp("last_seen_at", "The last one", column: .none) { $0.lastSeenAt.milliseconds },
            .timestamp("sampled_at", "The newest sample, beyond or not", column: .none) { $0.sampleAt.milliseconds },
            .timestamp("fired_at", "When it began to fire; unknown if it has not", column: .none) {
                $0.firedAt?.milliseconds
            },
        ]
    }

    private static var people: [Field<Alert>] {
        [
            .bool("unattended", "Whether it fires, or did when samples ended, and nobody looks after it", column: .none)
            { $0.callsForSomebody },
            .string("acknowledged_by", "Who looks after it", column: .none) { $0.acknowledgement?.by },
            .timestamp("acknowledged_at", "Since when", column: .none) { $0.acknowledgement?.at.milliseconds },
            .timestamp("acknowledgement_ends_at", "When that lapses; unknown: with the episode", column: .none) {
                $0.acknowledgement?.until?.milliseconds
            },
            .string("note", "What they say of it", column: .none) { $0.acknowledgement?.note },
            .string("suppressed_by", "What hides it: a silence, or an alert of what it depends on", column: .none) {
                $0.suppressedBy
            },
            .bool("false_alarm", "Whether somebody said of this episode that there was nothing", column: .none) {
                $0.isFalseAlarm
            },
        ]
    }
}

extension AlertEvent: Record {
    package static var fields: [Field<AlertEvent>] {
        [
            .timestamp("timestamp", "When it changed", column: "TIME") { $0.at.milliseconds },
            .string("alert_id", "The alert", column: "ALERT") { $0.alert.text },
            .string("rule", "Its rule") { $0.rule },
            .string("series", "Its series", column: .none) { $0.series },
            .choice("from_status", "The status before; unknown for its first change", column: .none) { $0.from },
            .choice("to_status", "The status after", column: "STATUS") { $0.to },
            .choice("severity", "How bad it was at the end of that look") { $0.severity },
            .double("value", "The newest value then", column: .none) { $0.value },
            .int("episode", "In which episode", column: .none) { $0.episode },
            .string("actor", "Who or what made it: a person, rules, outbox", column: "BY") { $0.actor },
            .string("reason", "Why, in words") { $0.reason },
            .string("event_id", "Number of the change", column: .none) { "\($0.id)" },
        ]
    }
}
