package import DebVisorCore

/// How far a series was scored. The detector's state lies beside it, and is only read if there is something new.
package struct SeriesProgress: Sendable, Hashable {
    /// Grows with each run that changes it: two runs at once cannot both go on from the same place.
    var revision: Int64
    /// The time of the newest sample that was looked at, whether it made a row or not.
    package var seenUntil: Timestamp
    /// How many samples there were up to then, and the time of the first: what came late shows by a larger number.
    var seenCount: Int
    var seenFrom: Timestamp
    /// Rows scored so far, since the series was last learned from its beginning.
    package var rows: Int
    /// When that was.
    var learnedAt: Timestamp
    /// What the series was taken for.
    var limits: KnownLimits?
    var source: RowSource

    /// Whether a look at its samples is worth it.
    package func mayHaveNews(count: Int, last: Timestamp) -> Bool { last > seenUntil || count != seenCount }

    /// Limits that change all the time, such as the size of a memory that grows and shrinks, are followed once a day: each time
    /// the series is learned from its beginning.
    static let secondsBetweenLimits: Int64 = 86_400

    /// Whether the series has become another one than it was learned as.
    package func isOutdated(for series: WatchedSeries, at time: Timestamp) -> Bool {
        if source.isCounter != series.isCounter { return true }
        return limits != series.limits
            && time.seconds - learnedAt.seconds >= Self.secondsBetweenLimits
    }
}
