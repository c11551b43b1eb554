import Alerts
import CommandKit
import DebVisorCore

/// `debvisor alert settings set`
struct AlertSettingsSet: ChangingCommand {
    static let info = CommandInfo(
        "set", "Say how often people are told, and how long things are kept",
        examples: [
            Example(
                "debvisor alert settings set --remind critical=1h --remind warning=never",
                "how often what fires is told again",
                prints: "remind_critical_seconds"),
            Example("debvisor alert settings set --history-age 365d --give-up 2d", "a year; two days", prints: "365"),
        ],
        statuses: .ofAStore, prints: AlertSettings.self)

    struct Inputs: InputSet {
        let groupWait = Option(
            "group-wait", .duration, help: "A first notice waits so long for others of its host and rule")
        let remind = Options("remind", .reminder, help: "How often people are told again of what fires")
        let retry = Option("retry", .duration(atLeast: 1), help: "Pause after a first attempt that failed")
        let retryMost = Option("retry-most", .duration(atLeast: 1), help: "The longest pause between attempts")
        let giveUp = Option("give-up", .duration(atLeast: 60), help: "How long a notice is tried")
        let flapChanges = Option("flap-changes", .int(in: 2...32), help: "So many changes are flapping")
        let flapWithin = Option("flap-within", .duration(atLeast: 60), help: "If they come within this time")
        let history = Option("history-age", .days, help: "How long history and what is over is kept, as 90d")
    }

    static let rules: [InputRule<Inputs>] = [
        .atLeastOne(
            \.groupWait, \.remind, \.retry, \.retryMost, \.giveUp, \.flapChanges, \.flapWithin, \.history)
    ]

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let old = try context.existingAlertStore()?.settings() ?? AlertSettings()
        let new = try Self.changed(old, args)
        guard new != old else { return .nothing(.one(old)) }
        return Plan([Step("set", "settings of alerts")]) { _ in
            try context.alertStore().change(new)
            return .one(new)
        }
    }

    private static func changed(_ old: AlertSettings, _ args: Parsed<Inputs>) throws -> AlertSettings {
        var new = old
        if let wait = args.groupWait { new.groupWaitSeconds = wait }
        for reminder in args.remind { new.reminderSeconds[reminder.severity] = reminder.seconds }
        if let pause = args.retry { new.retrySeconds = pause }
        if let most = args.retryMost { new.retryMostSeconds = most }
        if let limit = args.giveUp { new.giveUpSeconds = limit }
        if let changes = args.flapChanges { new.flapChanges = changes }
        if let span = args.flapWithin { new.flapSeconds = span }
        if let days = args.history { new.historyDays = days }
        guard new.retrySeconds <= new.retryMostSeconds, new.retryMostSeconds <= new.giveUpSeconds else {
            throw Fault(
                .usage,
                "pauses of \(new.retrySeconds) to \(new.retryMostSeconds) s do not fit \(new.giveUpSeconds) s of attempts",
                hint: "--retry is the shortest, --give-up the longest")
        }
        guard new.groupWaitSeconds < new.giveUpSeconds else {
            throw Fault(.usage, "notices would be given up before they are sent", hint: "--group-wait is shorter")
        }
        return new
    }
}

/// How often people are reminded of what is so severe.
struct GivenReminder: Sendable, Equatable {
    var severity: AlertSeverity
    /// nil: never.
    var seconds: Int?
}

extension ValueType where Value == GivenReminder {
    /// `critical=4h`, `info=never`.
    static var reminder: ValueType {
        ValueType(placeholder: "SEVERITY=DURATION|never") { text throws(ValueError) in
            let parts = text.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, let severity = AlertSeverity(rawValue: String(parts[0])) else {
                throw ValueError("must be a severity and a duration, like critical=4h or info=never")
            }
            if parts[1] == "never" { return GivenReminder(severity: severity) }
            return GivenReminder(
                severity: severity, seconds: try ValueType<Int>.duration(atLeast: 60).parse(String(parts[1])))
        }
    }
}
