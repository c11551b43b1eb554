import Alerts
import CommandKit
import DebVisorCore
import Platform

/// `debvisor alert notify add`
struct NotifyAdd: ChangingCommand {
    static let info = CommandInfo(
        "add", "Say whom to tell of alerts, and how",
        discussion: """
            A command gets each notice as JSON on its standard input, and DEBVISOR_ALERT_KEY, _SEVERITY, _SUBJECT, _HOST, \
            _COUNT, _KINDS and _ATTEMPT in its environment; it has taken the notice if it ends with 0. A mail goes through \
            sendmail (the setting 'sendmail'). A webhook gets the same JSON by POST over https, or http on this host, and has \
            taken it if it answers 2xx; redirects are not followed.

            Alerts of one host and rule go together. A notice may come twice after a crash, always with the same key: in \
            'key', the header Idempotency-Key, the Message-ID. How often people are reminded, and when one that cannot be \
            reached is given up: 'alert settings'.

            Addresses of webhooks and headers are secrets: give them in files, or on standard input. They are kept in \
            alerts.db, which only its owner can read, and are shown nowhere.

            \(AlertTexts.matchers)
            """,
        examples: [
            Example(
                "debvisor alert notify add chat --webhook-file /etc/debvisor/chat.url --severity critical",
                "a chat's hook",
                prints: "https://chat.example.org/…"),
            Example(
                "debvisor alert notify add night --email root --email oncall@example.org --match 'host=~h.*'",
                "mails about some hosts", prints: "oncall@example.org"),
            Example(
                "debvisor alert notify add duty --command /srv/bin/report -- --queue night", "a program and its words",
                prints: "--queue night"),
        ],
        statuses: .ofAStore + [.notFound], prints: NotifierRecord.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .string("NAME"), help: "Name of the notifier")
        let target = NotifierTargetInputs()
        let severity = Option(
            "severity", .choice(AlertSeverity.self), default: .warning, help: "It hears of alerts at least so severe")
        let match = Options("match", .matcher, help: "It hears of alerts with this label; may be repeated")
        let timeout = Option("timeout", .duration(atLeast: 1), default: 30, help: "Longest attempt, up to 10m")
        let isDisabled = Flag("disabled", help: "It is not told anything yet")
        let replace = Flag("replace", help: "Change the notifier of that name")
        let words = Arguments("WORD", .string, help: "Behind '--': words for the command, none of them a secret")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let notifier = Notifier(
            args.name, try args.target.target(args.words), leastSeverity: args.severity, matchers: args.match,
            isEnabled: !args.isDisabled, timeoutSeconds: args.timeout)
        try notifier.check()
        let store = try context.existingAlertStore()
        let known = try store?.notifiers().first { $0.name == notifier.name }
        if let store, let known, known == notifier {
            return .nothing(.list(try store.records(of: [known], at: context.clock.now())))
        }
        guard known == nil || args.replace else {
            throw Fault(
                .conflict, "there is a notifier '\(notifier.name)' already",
                hint: "change it with --replace, or choose another name")
        }
        let step = Step(
            known == nil ? "add" : "change", "notifier \(notifier.name)",
            detail: "\(notifier.target.kind) \(notifier.target)")
        var plan = Plan([step]) { session in
            let (store, now) = (try context.alertStore(), context.clock.now())
            try store.add(notifier, replacing: args.replace, at: now)
            session.note("try it with: debvisor alert notify test \(notifier.name)")
            return .list(try store.records(of: [notifier], at: now))
        }
        plan.warnings = args.target.exposures + Self.absences(notifier, context)
        if let slip = try MatcherSlip(args.match, store) {
            plan.warnings.append(slip.sentence("so it hears of nothing yet"))
        }
        return plan
    }

    /// What is not there yet.
    private static func absences(_ notifier: Notifier, _ context: AppContext) -> [String] {
        switch notifier.target {
        case .command(let path, _) where !Directory.exists(path): ["there is no '\(path)' yet"]
        case .email where !Directory.exists(context.settings.sendmail.value):
            ["there is no '\(context.settings.sendmail.value)' to mail with yet"]
        case .command, .email, .webhook: []
        }
    }
}
