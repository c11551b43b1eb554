package import Alerts
package import CommandKit
import DebVisorCore
import Metrics

/// `debvisor alert show`
struct AlertShow: ReadingCommand {
    static let info = CommandInfo(
        "show", "Tell why there is an alert, who knows of it, and what became of it",
        examples: [
            Example("debvisor alert show 3e4", "in words; a beginning of the id suffices", prints: "disk-full"),
            Example("debvisor alert show 3e4 -o json", "for a program", prints: #""history": ["#),
        ],
        statuses: .ofAStore + [.notFound], prints: AlertStory.self)

    struct Inputs: InputSet {
        let id = Argument("ID", .object(ObjectKind.alert), help: AlertTexts.id)
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let (store, alert) = try context.alertStore(with: args.id)
        let family = try (try? MetricName(alert.series.metric)).flatMap {
            try context.existingMetricStore()?.family(of: $0)
        }
        let rule = try store.rules().first { $0.name == alert.rule }.map { rule in
            RuleView(rule: rule, unit: RuleView.unit(of: rule, family), open: 0)
        }
        let story = AlertStory(
            alert: alert, rule: rule, unit: PlotUnit(alert, rule, family),
            notices: try store.notices(of: alert.id, limit: 20), events: try store.history(of: alert.id, limit: 20))
        guard session.format == .table, !session.hasChosenFields else { return .one(story) }
        return .text(story.text)
    }
}

/// All about one alert.
struct AlertStory: Record {
    var alert: Alert
    /// nil: it was deleted.
    var rule: RuleView?
    /// Of its values.
    var unit: PlotUnit
    /// The newest first, as all of these.
    var notices: [AlertNotice]
    var events: [AlertEvent]

    static var fields: [Field<AlertStory>] {
        Alert.fields.map { $0.of { $0.alert } } + [
            .strings("why", "Why, and how it stands, in words", column: .none) { $0.sentences },
            .records("notices", "Whom it was told to, the newest first") { $0.notices },
            .records("history", "What became of it, the newest first") { $0.events },
        ]
    }
}

extension AlertNotice: Record {
    package static var fields: [Field<AlertNotice>] {
        [
            .string("notifier", "Who is told") { $0.notifier },
            .choice("kind", "What of") { $0.kind },
            .choice("state", "What became of it") { $0.state },
            .int("episode", "In which episode of the alert", column: .none) { $0.episode },
            .timestamp("created_at", "When it was written", column: "WRITTEN") { $0.createdAt.milliseconds },
            .timestamp("due_at", "When it is tried next; unknown if it is not", column: "DUE") {
                $0.dueAt?.milliseconds
            },
            .timestamp("ended_at", "When it was delivered, withdrawn or given up", column: "ENDED") {
                $0.endedAt?.milliseconds
            },
            .int("attempts", "How often it was tried") { $0.attempts },
            .string("problem", "Why the last attempt failed") { $0.problem },
        ]
    }
}
