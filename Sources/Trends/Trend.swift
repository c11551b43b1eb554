package import DebVisorCore

/// Which way a series goes, how fast, and how sure that is. A value: it knows no store and no clock.
///
/// Medians of at most 500 stretches, without the season, after the last jump of the level; their slope after Theil and
/// Sen; Mann and Kendall's test with the variance of Hamed and Rao. A direction needs a chance below 0.01 and a change
/// that exceeds the noise.
package struct Trend: Sendable, Hashable {
    package let direction: TrendDirection
    /// 0 to 1: one less the chance of such an order of the values in a series without a trend.
    package let confidence: Double
    /// Units a second, the most likely; also where the direction is `stable`.
    package let slope: Double
    /// Where the slope lies in nine cases of ten.
    package let slopeRange: ClosedRange<Double>
    /// The line's value at the last sample, without the season.
    package let level: Double
    /// The median of the last few samples as they were.
    package let latest: Double
    /// What the line changed by over the time that counts.
    package let change: Double
    /// Standard deviation of stretches about the line, by their median deviation.
    package let noise: Double
    /// How far single samples lie from the line: nineteen of twenty above the first, nineteen of twenty below the
    /// second; with the season.
    package let departures: ClosedRange<Double>
    package let shape: TrendShape
    /// The level at which a sawtooth turns, by its median.
    package let turn: Double?
    /// Teeth of a sawtooth that were seen whole.
    package let teeth: Int
    package let season: TrendSeason?
    package let restart: TrendRestart?
    package let limits: TrendLimits
    /// Samples that are numbers, since `since`.
    package let count: Int
    /// The stretch of time that counts.
    package let since: Timestamp
    package let until: Timestamp
    /// What the analysis lacks, in words: `6 of 10 samples for a trend`.
    package let lacks: [String]

    /// The largest chance at which there is a direction.
    package static let significance = 0.01
    /// The fewest samples, or stretches of them, that have a direction.
    package static let samplesWanted = 10

    /// Slope by the day: what people read.
    package var slopePerDay: Double { slope * 86_400 }

    /// - Parameter scan: gives every sample in order of time to its argument; called six times at most, so samples need
    ///   not fit into memory. Values that are not finite are left out.
    /// - Throws: `notFound` if there is no sample; what `scan` throws.
    package init(limits: TrendLimits = .unknown, _ scan: ((TrendSample) -> Void) throws -> Void) throws {
        let look = try TrendLook(scan)
        let fit = TrendFit(look)
        (direction, confidence, slope, slopeRange) = (fit.direction, fit.confidence, fit.slope, fit.slopeRange)
        (level, change, noise, departures) = (fit.level, fit.change, fit.noise, fit.departures)
        (shape, turn, teeth) = (fit.shape, fit.turn, fit.teeth)
        (latest, season, restart) = (look.latest, look.profile?.season, look.restart)
        (count, since, until) = (look.extent.count, look.extent.since, look.extent.until)
        lacks = look.lacks + fit.lacks
        self.limits = limits
    }

    package init(of samples: [TrendSample], limits: TrendLimits = .unknown) throws {
        try self.init(limits: limits) { body in samples.forEach(body) }
    }
}
