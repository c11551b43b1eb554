import Alerts
import CommandKit

/// Which alerts a listing has.
struct AlertFilter: InputSet {
    let matchers = Arguments("MATCHER", .matcher, help: AlertTexts.matcher)
    let status = Options("status", .choice(AlertStatus.self), help: "Only of this status")
    let severity = Option("severity", .choice(AlertSeverity.self), default: .info, help: "At least so severe")
    let all = Flag("all", short: "a", help: "Resolved ones too")
    let ruled = GroupRules(Self.self)

    static let rules: [InputRule<AlertFilter>] = [.conflict(\.status, \.all)]
}

extension Parsed<AlertFilter> {
    var query: AlertQuery {
        var query = AlertQuery(statuses: Set(self.status), matchers: self.matchers)
        query.includesResolved = self.all
        if self.severity > .info { query.severities = Set(AlertSeverity.allCases.filter { $0 >= self.severity }) }
        return query
    }
}
