/// Which of several ready runs starts first. A level is worth ten minutes of waiting, so that nobody starves.
package enum JobPriority: String, Sendable, Hashable, CaseIterable {
    case low, normal, high, critical

    /// -1 for low, 0 for normal, …
    var level: Int64 {
        switch self {
        case .low: -1
        case .normal: 0
        case .high: 1
        case .critical: 2
        }
    }
}

/// What becomes of slots that passed while nobody looked.
package enum MisfirePolicy: String, Sendable, Hashable, CaseIterable {
    /// They are recorded as missed.
    case skip
    /// The newest runs, those before it are merged into it.
    case once
    /// Each runs, one after another, the newest `Ledger.catchUpLimit` of them; older ones are missed.
    case all
}

/// What a run does that becomes ready while another one of its job runs.
package enum OverlapPolicy: String, Sendable, Hashable, CaseIterable {
    /// It is recorded as skipped.
    case skip
    /// It waits; while one waits, later slots are merged into it.
    case queue
    /// It runs as well.
    case allow
    /// The older one is cancelled, then it runs.
    case replace
}

/// What a crash may do to a run whose outcome nobody knows any more.
package enum RunPromise: String, Sendable, Hashable, CaseIterable {
    /// It stays `lost`.
    case atMostOnce = "at-most-once"
    /// It is run again.
    case atLeastOnce = "at-least-once"
}

/// When and how often a run that ended badly is tried again.
package struct RetryPolicy: Sendable, Hashable {
    /// Attempts after the first.
    package var count: Int
    /// Before the second attempt; doubled for each further one, within ten per cent.
    package var delaySeconds: Int
    /// The longest delay.
    package var maxDelaySeconds: Int
    /// Exit codes that are worth another attempt; empty for every failure and for a time-out.
    package var codes: [Int32]

    package init(count: Int = 0, delaySeconds: Int = 60, maxDelaySeconds: Int = 3600, codes: [Int32] = []) {
        self.count = count
        self.delaySeconds = delaySeconds
        self.maxDelaySeconds = maxDelaySeconds
        self.codes = codes
    }
}
