import DebVisorCore

/// Whether a profile of earlier rows makes later rows easier to expect: what it leaves of their robust variance, the square of
/// the median absolute deviation.
struct SeasonTrial {
    /// A profile must remove so much of the variance to be worth keeping, a week's so much of what the day's leaves.
    static let leastGain = 0.2
    /// The share of the time from which the profile is learned.
    static let learnedShare = 2.0 / 3

    private let profile: SeasonalProfile
    private var plain = QuantileSketch(error: 0.005)
    private var adjusted = QuantileSketch(error: 0.005)

    init(_ profile: SeasonalProfile) { self.profile = profile }

    mutating func add(_ sample: BaselineSample) {
        let hour = profile.period.hour(atMilliseconds: sample.time.milliseconds)
        guard let usual = profile.hours[hour] else { return }
        plain.add(sample.value)
        adjusted.add(sample.value - usual.median)
    }

    /// The share of the variance that the profile leaves; above 1 if it does harm, 1 where nothing varies.
    mutating func remainder() -> Double {
        // Hours that were never seen teach nothing about the others.
        guard plain.count >= profile.period.hours, let before = WeightedMedian(plain.weighted()),
            let after = WeightedMedian(adjusted.weighted()), before.deviation > 0
        else { return 1 }
        // A shift of all hours alike is no fault of the profile: both are around their own medians.
        let ratio = after.deviation / before.deviation
        return ratio * ratio
    }
}
