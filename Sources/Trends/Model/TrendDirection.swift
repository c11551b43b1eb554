package import DebVisorCore

/// Which way a series goes.
package enum TrendDirection: String, Sendable, Hashable, Codable, CaseIterable {
    case increasing, decreasing
    /// No trend that exceeds the noise, by what was measured.
    case stable
}

/// How a series moves between one sample and the next.
package enum TrendShape: String, Sendable, Hashable, Codable, CaseIterable {
    case steady
    /// Level for a while, then a step, always the same way: a thin pool that grows once a day.
    case stairs
    /// Drifts one way and jumps back, again and again: logs that are rotated, memory that is collected.
    case sawtooth
}

/// A season that was taken out before the trend was looked for; hours are UTC.
package enum TrendSeason: String, Sendable, Hashable, Codable, CaseIterable {
    case day, week

    var hours: Int { self == .day ? 24 : 168 }
    /// Days of samples that it takes to learn a profile from some and try it on later ones. Of two weeks one is learned
    /// from and one is tried on: a rhythm of any other length then looks like a week's.
    var daysWanted: Int { self == .day ? 3 : 21 }
}

/// A jump of the level after which the look begins anew: a disk that was emptied, a service that was moved.
package struct TrendRestart: Sendable, Hashable {
    /// The first sample that counts.
    package var time: Timestamp
    /// The medians of a few samples before and after.
    package var before: Double
    package var after: Double
}
