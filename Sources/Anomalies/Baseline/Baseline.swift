package import DebVisorCore

/// One sample of a series.
package struct BaselineSample: Sendable, Hashable {
    package var time: Timestamp
    package var value: Double

    package init(_ time: Timestamp, _ value: Double) {
        self.time = time
        self.value = value
    }
}

/// What a series is usually like, from all its samples in a stretch of time. A value: it knows no store and no clock.
package struct Baseline: Sendable, Hashable {
    package struct Percentile: Sendable, Hashable, Codable {
        /// 1 to 99.
        package var percent: Int
        package var value: Double
    }

    package static let percents = [1, 5, 25, 50, 75, 95, 99]

    package let count: Int
    package let mean: Double
    package let standardDeviation: Double
    package let least: Double
    package let most: Double
    package let percentiles: [Percentile]
    /// How far a percentile's rank may be off, as a share of the samples: 0 up to 5,000 samples, 0.001 beyond.
    package let rankError: Double
    package let since: Timestamp
    package let until: Timestamp
    /// The usual distance between samples, milliseconds; 0 for a single one.
    package let step: Int64
    /// The profiles for which there is enough, the day's first.
    package let profiles: [SeasonalProfile]
    /// The period whose profile makes later samples easier to expect; nil if none does.
    package let season: SeasonalProfile.Period?
    /// What the baseline lacks, in words: `3 of 14 days for a profile of the week`.
    package let lacks: [String]

    /// - Parameter scan: gives every sample in order of time to its argument; called three times at most, so samples need
    ///   not fit into memory. Values that are not finite are left out.
    /// - Throws: `notFound` if there is no sample; what `scan` throws.
    package init(_ scan: ((BaselineSample) -> Void) throws -> Void) throws {
        var survey = BaselineSurvey()
        try scan { survey.add($0) }
        guard let extent = survey.extent else {
            throw Fault(.notFound, "there are no samples", hint: "a baseline is made of what was measured")
        }
        let seasons = try BaselineSeasons(extent, scan)
        count = survey.moments.count
        mean = survey.moments.mean
        standardDeviation = survey.moments.standardDeviation
        least = survey.moments.least
        most = survey.moments.most
        percentiles = Self.percents.compactMap { percent in
            survey.values.quantile(Double(percent) / 100).map { Percentile(percent: percent, value: $0) }
        }
        rankError = survey.values.rankError
        since = extent.since
        until = extent.until
        step = survey.step
        profiles = seasons.profiles
        season = seasons.chosen
        lacks = survey.lacks + seasons.lacks
    }

    package init(of samples: [BaselineSample]) throws {
        try self.init { body in samples.forEach(body) }
    }

    /// What there must be for a baseline that is made without being asked for: a day, and samples for percentiles.
    private static let (samplesWanted, daysWanted) = (BaselineSurvey.samplesWanted, 1.0)

    /// What is missing until it tells anything, in words: `57 of 100 samples`; empty if it is enough.
    package var shortage: [String] {
        let days = Double(until.milliseconds - since.milliseconds) / 86_400_000
        var shortage: [String] = []
        if count < Self.samplesWanted { shortage.append("\(count) of \(Self.samplesWanted) samples") }
        if days < Self.daysWanted { shortage.append("\(Figures.text((days * 10).rounded(.down) / 10)) of 1 day") }
        return shortage
    }

    init(
        count: Int, mean: Double, standardDeviation: Double, least: Double, most: Double, percentiles: [Percentile],
        rankError: Double, since: Timestamp, until: Timestamp, step: Int64, profiles: [SeasonalProfile],
        season: SeasonalProfile.Period?, lacks: [String]
    ) {
        (self.count, self.mean, self.standardDeviation, self.least, self.most) = (
            count, mean, standardDeviation, least, most
        )
        (self.percentiles, self.rankError, self.since, self.until) = (percentiles, rankError, since, until)
        (self.step, self.profiles, self.season, self.lacks) = (step, profiles, season, lacks)
    }

    /// The 25th, say; nil if it is none of `percents`.
    package func percentile(_ percent: Int) -> Double? { percentiles.first { $0.percent == percent }?.value }
}
