import Alerts
import CommandKit
import DebVisorCore
import Metrics

/// A rule with the series that it looks at now, and its alerts.
struct RuleDetailRecord: Record {
    var view: RuleView
    var series: [WatchedRecord]
    var alerts: [RuleAlertRecord]

    static var fields: [Field<RuleDetailRecord>] {
        RuleFields.all { $0.view } + [
            .records("series", "What it looks at now") { $0.series },
            .records("alerts", "Its alerts that are open, the worst first") { $0.alerts },
        ]
    }
}

/// A series that a rule looks at.
struct WatchedRecord: Record {
    var text: String
    var id: String
    var object: String?
    var parents: [String]
    var latest: Sample?

    static var fields: [Field<WatchedRecord>] {
        [
            .string("series", "Name and tags") { $0.text },
            .string("series_id", "Id of the series", column: .none) { $0.id },
            .string("object", "What it tells of") { $0.object },
            .strings("depends_on", "What that depends on, the nearest first", column: .none) { $0.parents },
            .timestamp("timestamp", "The newest sample") { $0.latest?.time.milliseconds },
            .double("value", "The newest value, of a counter its count") { $0.latest?.value },
        ]
    }
}

/// An alert of a rule.
struct RuleAlertRecord: Record {
    var alert: Alert

    static var fields: [Field<RuleAlertRecord>] {
        [
            .string("alert_id", "Id of the alert", column: "ALERT") { $0.alert.id.text },
            .choice("status", "Where it is in its life") { $0.alert.status },
            .choice("severity", "How bad it is") { $0.alert.severity },
            .timestamp("since_at", "Since when") { $0.alert.since.milliseconds },
            .string("message", "What is the matter") { $0.alert.message },
        ]
    }
}
