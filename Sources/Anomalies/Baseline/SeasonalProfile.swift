import DebVisorCore

/// What a series usually has at each hour of a day, or of a week that begins on Monday, in UTC.
package struct SeasonalProfile: Sendable, Hashable, Codable {
    package enum Period: String, Sendable, Hashable, Codable, CaseIterable {
        case day, week

        package var hours: Int { self == .day ? 24 : 168 }
        /// Days of samples that a profile wants: enough to learn it from some and to try it on later ones.
        package var daysWanted: Int { self == .day ? 3 : 14 }

        /// 0 ..< hours. 1970-01-01 was a Thursday.
        package func hour(atMilliseconds time: Int64) -> Int {
            let hour = time >= 0 ? time / 3_600_000 : (time - 3_599_999) / 3_600_000
            let shifted = self == .day ? hour : hour + 72
            let length = Int64(hours)
            return Int((shifted % length + length) % length)
        }
    }

    /// One hour: nothing where there are no samples.
    package struct Hour: Sendable, Hashable, Codable {
        package var median: Double
        /// Median absolute deviation from it, not scaled.
        package var deviation: Double
        package var count: Int
    }

    package var period: Period
    /// As many as the period has hours.
    package var hours: [Hour?]
}

/// Collects samples by hours of a period.
struct SeasonalSketch {
    let period: SeasonalProfile.Period
    private var hours: [QuantileSketch]

    init(_ period: SeasonalProfile.Period) {
        self.period = period
        hours = Array(repeating: QuantileSketch(error: 0.005, exactRows: 500), count: period.hours)
    }

    mutating func add(_ sample: BaselineSample) {
        hours[period.hour(atMilliseconds: sample.time.milliseconds)].add(sample.value)
    }

    mutating func profile() -> SeasonalProfile {
        SeasonalProfile(
            period: period,
            hours: hours.indices.map { hour in
                let rows = hours[hour].count
                return WeightedMedian(hours[hour].weighted()).map {
                    SeasonalProfile.Hour(median: $0.median, deviation: $0.deviation, count: rows)
                }
            })
    }
}
