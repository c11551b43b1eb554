import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert list`
struct AlertList: ReadingCommand {
    static let info = CommandInfo(
        "list", aliases: ["ls"], "List what is wrong, the most urgent first",
        discussion: """
            First what calls for somebody: alerts that fire or flap, or did when their samples ended, and that nobody has \
            acknowledged and nothing hides. Then what is pending, what somebody looks after, what is hidden. Of each the \
            worst first, then the newest. Resolved alerts are listed with --all or --status resolved.

            --fail-on counts what calls for somebody, whether it is shown or beyond the limit; what is pending, \
            acknowledged or hidden does not count.

            --watch draws the list anew when something changes; into a pipe it writes a line for each alert and then one for \
            each change.

            \(AlertTexts.matchers)
            """,
        examples: [
            Example("debvisor alert list", "what is wrong now", prints: "disk-full"),
            Example(
                "debvisor alert list host=h1 'rule=~disk.*' --severity warning -o json", "of one host, for a program",
                prints: #""status": "firing""#),
            Example(
                "debvisor alert list --fail-on critical -q", "for a script that looks at the status",
                status: .attention, prints: "critical"),
            Example("debvisor alert list --watch", "a line for each change", prints: "disk-full"),
        ],
        statuses: .ofAStore, prints: Alert.self)

    struct Inputs: InputSet {
        let filter = AlertFilter()
        let limit = Option("limit", .int(in: 1...100_000), default: 100, help: "How many at most")
        let watch = Flag("watch", short: "w", help: "Follow what changes until stopped")
        let failOn = Option(
            "fail-on", .choice(AlertSeverity.self),
            help: "End with status 9 if something at least so severe calls for somebody")
    }

    static let rules: [InputRule<Inputs>] = [.conflict(\.watch, \.failOn)]

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        var query = args.filter.query
        query.limit = args.limit
        if args.watch {
            try session.checkFollowing()
            return AlertWatch(query: query, context: context, session: session).report
        }
        guard let store = try context.existingAlertStore() else { return .list([Alert]()) }
        let page = try store.page(query)
        var report = Report.list(page.alerts)
        if page.total > page.alerts.count {
            let sentence = "\(page.total - page.alerts.count) more are not shown; --limit shows more"
            if session.format == .table { session.note(sentence) } else { report.warnings = [sentence] }
        }
        if page.total == 0, let slip = try MatcherSlip(query.matchers, store) {
            report.warnings.append(slip.sentence())
        }
        return report.attention(page.calling, atLeast: args.failOn, first: page.alerts.first)
    }
}
