package import DebVisorCore

/// That a run ended, or will never happen.
package struct RunEnding: Sendable, Equatable {
    /// Ascending in the order in which runs ended; none is given twice.
    package var number: Int64
    package var job: JobName
    package var status: RunStatus
    /// Nil if its command never ran.
    package var startedAt: Timestamp?
    package var endedAt: Timestamp
}

/// What ended and was not taken in yet.
package struct RunEndings: Sendable, Equatable {
    /// What tells this ledger from others.
    package var ledger: String
    /// The largest number that was ever given.
    package var newest: Int64
    /// The oldest of them, at most a thousand.
    package var endings: [RunEnding]
}
