import DebVisorCore
import Platform

/// How a run ended, as its supervisor writes it down before the ledger hears of it.
struct RunResult: Sendable, Equatable {
    enum Outcome: String, Sendable, CaseIterable {
        case completed, failed, timeout, lost, cancelled
        /// The command certainly never ran: the run can be claimed again.
        case notStarted = "not-started"
    }

    /// See `Ledger.Claim`.
    var claim: Int64
    var outcome: Outcome
    /// Milliseconds.
    var endedAt: Int64
    var exitCode: Int32?
    var signal: Int32?
    var reason: String?
    /// `TERM`, `KILL`.
    var escalation: [String] = []
    var outputBytes: Int64 = 0
    var errorBytes: Int64 = 0
    var droppedBytes: Int64 = 0
    var keptBytes: Int64 = 0

    init(claim: Int64, _ outcome: Outcome, endedAt: Int64, reason: String? = nil) {
        self.claim = claim
        self.outcome = outcome
        self.endedAt = endedAt
        self.reason = reason
    }
}

extension RunResult {
    /// Names and values in turn.
    var encoded: [UInt8] {
        var words = ["claim", "\(claim)", "outcome", outcome.rawValue, "ended", "\(endedAt)"]
        if let exitCode { words += ["exit", "\(exitCode)"] }
        if let signal { words += ["signal", "\(signal)"] }
        if let reason { words += ["reason", reason] }
        words += ["escalation", escalation.joined(separator: " ")]
        words += ["output", "\(outputBytes)", "errors", "\(errorBytes)"]
        words += ["dropped", "\(droppedBytes)", "kept", "\(keptBytes)", "end", ""]
        return StringList.encode(words)
    }

    /// Nil for what `encoded` does not make.
    init?(_ bytes: [UInt8]) {
        let values = WordPairs(StringList.decode(bytes))
        guard values["end"] != nil, let claim = values.number("claim"), let ended = values.number("ended"),
            let outcome = values["outcome"].flatMap(Outcome.init(rawValue:))
        else { return nil }
        self.init(claim: claim, outcome, endedAt: ended, reason: values["reason"])
        exitCode = values.number("exit").flatMap { Int32(exactly: $0) }
        signal = values.number("signal").flatMap { Int32(exactly: $0) }
        escalation = (values["escalation"] ?? "").split(separator: " ").map(String.init)
        outputBytes = values.number("output") ?? 0
        errorBytes = values.number("errors") ?? 0
        droppedBytes = values.number("dropped") ?? 0
        keptBytes = values.number("kept") ?? 0
    }
}

/// Names and values in turn; a name may come more than once.
struct WordPairs {
    private var values: [String: [String]] = [:]

    init(_ words: [String]) {
        for index in stride(from: 0, to: words.count - 1, by: 2) {
            values[words[index], default: []].append(words[index + 1])
        }
    }

    subscript(_ name: String) -> String? { values[name]?.first }
    func all(_ name: String) -> [String] { values[name] ?? [] }
    func number(_ name: String) -> Int64? { self[name].flatMap { Int64($0) } }
}
