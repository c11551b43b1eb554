/// What a supervisor is told to do.
struct RunOrder: Sendable, Equatable {
    /// The state directory, absolute.
    var state: String
    /// The run's id and its number.
    var run: String
    var number: Int64
    /// See `Ledger.Claim`.
    var claim: Int64
    var job: String
    var attempt: Int
    /// RFC 3339; nil for a start by hand.
    var scheduledFor: String?
    var command: [String]
    var timeoutSeconds: Int64?
    /// Seconds from TERM to KILL.
    var grace: Int64
    var environmentFile: String?
    var user: String?
    var workingDirectory: String?
    var onFailure: String?
    /// How a further supervisor is started.
    var launcher: [String]
    /// The identity of a process to take over; nil to start one.
    var adopted: RunProcess?
    /// The run is to end at once: somebody cancelled it while it had no supervisor.
    var isCancelled = false
    /// See `RunLauncher`.
    var usesControlGroups = true
}

extension RunOrder {
    var encoded: [UInt8] {
        var words = [
            "state", state, "run", run, "number", "\(number)", "claim", "\(claim)", "job", job, "attempt", "\(attempt)",
            "grace", "\(grace)",
        ]
        let optional: [(String, String?)] = [
            ("scheduled-for", scheduledFor), ("timeout", timeoutSeconds.map(String.init)),
            ("environment-file", environmentFile), ("user", user), ("directory", workingDirectory),
            ("on-failure", onFailure), ("adopted", adopted.map { ClaimHolder(process: $0).description }),
            ("cancelled", isCancelled ? "yes" : nil), ("ungrouped", usesControlGroups ? nil : "yes"),
        ]
        for case (let name, let value?) in optional { words += [name, value] }
        words += command.flatMap { ["command", $0] } + launcher.flatMap { ["launcher", $0] }
        return StringList.encode(words)
    }

    init?(_ bytes: [UInt8]) {
        let values = WordPairs(StringList.decode(bytes))
        guard let state = values["state"], let run = values["run"], let number = values.number("number"),
            let claim = values.number("claim"), let job = values["job"], let attempt = values.number("attempt"),
            let grace = values.number("grace")
        else { return nil }
        self.init(
            state: state, run: run, number: number, claim: claim, job: job, attempt: Int(attempt),
            scheduledFor: values["scheduled-for"], command: values.all("command"),
            timeoutSeconds: values.number("timeout"), grace: grace, environmentFile: values["environment-file"],
            user: values["user"], workingDirectory: values["directory"], onFailure: values["on-failure"],
            launcher: values.all("launcher"), adopted: values["adopted"].flatMap { ClaimHolder($0)?.process },
            isCancelled: values["cancelled"] != nil, usesControlGroups: values["ungrouped"] == nil)
    }
}
