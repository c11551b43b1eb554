import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert silence add`
struct SilenceAdd: ChangingCommand {
    static let info = CommandInfo(
        "add", "Hide alerts for a while",
        discussion: """
            What matches is hidden at once, and so is what begins to fire later; nobody is told of it, but it stays on \
            record. When the silence ends, what still fires shows again and is told. --dry-run shows what it would hide now.

            \(AlertTexts.matchers)
            """,
        examples: [
            Example(
                "debvisor alert silence add host=h1 --for 2h --comment 'new memory' --dry-run",
                "what it would hide now",
                prints: "hides"),
            Example(
                "debvisor alert silence add 'rule=~disk.*' vm=web01 --until 2026-11-25T06:00:00Z --by anna --comment 'logs move'",
                "until a time", prints: "disk.*"),
        ],
        statuses: .ofAStore, prints: SilenceRecord.self)

    struct Inputs: InputSet {
        let matchers = Arguments(
            "MATCHER", .matcher, atLeast: 1,
            help: "What to hide: host=web01, rule!=load, vm=~web.*; all must match")
        let until = Option("until", .time, help: "When it ends, as +2h or a time")
        let span = Option("for", .duration(atLeast: 1), help: "How long it lasts")
        let comment = Option(required: "comment", .remark, help: "Why")
        let by = PersonOption()
        let isLong = Flag("long", help: "It may last longer than 30 days")
    }

    static let rules: [InputRule<Inputs>] = [.exactlyOne(\.until, \.span)]

    /// Seconds after which a silence is more likely forgotten, or a slip, than meant.
    static let longest = 30 * 86_400

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let now = context.clock.now()
        let silence = try Silence(
            args.matchers, author: context.person(args.by.by), reason: args.comment, from: now,
            until: try end(args, context, now))
        let store = try context.existingAlertStore()
        let active = try store?.silences(activeAt: now) ?? []
        let same = active.filter { Set($0.matchers) == Set(silence.matchers) }
        if let store, let known = same.first(where: { $0.endsAt == silence.endsAt && $0.author == silence.author }) {
            return .nothing(.list(try store.records(of: [known], at: now)))
        }
        let hidden = try store?.preview(silence.matchers) ?? []
        let text = silence.matchers.map(\.description).joined(separator: " ")
        let step = Step("silence", text, detail: "until \(silence.endsAt); \(Self.sentence(hidden))")
        var plan = Plan([step]) { _ in
            let (store, now) = (try context.alertStore(), context.clock.now())
            return .list(try store.records(of: [try store.add(silence, at: now)], at: now))
        }
        if hidden.isEmpty {
            let slip = try MatcherSlip(silence.matchers, store)
            plan.warnings.append(
                slip?.sentence("so it hides nothing now") ?? "no open alert matches it: it hides nothing now")
        }
        if silence.matchers.allSatisfy({ $0.matches([:]) }) {
            plan.warnings.append("it hides everything that has no such label, too")
        }
        plan.warnings += same.map { "silence \($0.id) by \($0.author) hides the same until \($0.endsAt)" }
        return plan
    }

    private func end(_ args: Parsed<Inputs>, _ context: AppContext, _ now: Timestamp) throws -> Timestamp {
        let end: Timestamp
        if let until = args.until {
            end = try context.end(until)
        } else {
            // What is too long for calendars is refused below.
            end = now.adding(milliseconds: Int64(min(args.span ?? 0, 1 << 38)) * 1000)
        }
        let seconds = (end.milliseconds - now.milliseconds) / 1000
        guard args.isLong || seconds <= Self.longest else {
            throw Fault(
                .usage, "the silence would last \(seconds / 86_400) days, until \(end)",
                hint: "give an end within 30 days, or --long if it is meant")
        }
        guard seconds <= 10 * 366 * 86_400 else {
            throw Fault(
                .usage, "the silence would last more than ten years",
                hint: "change or delete the rule of what nobody wants to hear of")
        }
        return end
    }

    /// `hides 3 alerts now: disk-full (web01…), load (…)`.
    private static func sentence(_ alerts: [Alert]) -> String {
        guard !alerts.isEmpty else { return "hides nothing now" }
        let names = alerts.prefix(3).map { "\($0.rule) of \($0.series.text)" }.joined(separator: "; ")
        let more = alerts.count > 3 ? "; and \(alerts.count - 3) more" : ""
        return "hides \(alerts.count) \(alerts.count == 1 ? "alert" : "alerts") now: \(names)\(more)"
    }
}
