package import DebVisorCore

/// When a series reaches a level, by its trend.
package struct TrendForecast: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        /// It is there, by the last samples.
        case reached
        /// A sawtooth gets there and falls back each time.
        case recurring
        /// Within the horizon, most likely at `likely`.
        case expected
        /// Not most likely within the horizon; `earliest` may lie in it.
        case notWithin
        /// It cannot: the level lies outside of its limits.
        case impossible
    }

    /// On which side of a level "reached" is.
    package enum Side: String, Sendable, Hashable, Codable, CaseIterable { case above, below }

    package let threshold: Double
    package let side: Side
    package let outcome: Outcome
    /// If it goes as fast as it may in one case of twenty and its samples stray as far; nil: beyond the horizon.
    package let earliest: Timestamp?
    package let likely: Timestamp?
    /// The same to the other side.
    package let latest: Timestamp?
    package let horizonDays: Int
    /// What it rests on.
    package let trend: Trend
    /// Milliseconds between the last sample and the forecast.
    package let age: Int64
}

extension Trend {
    /// - Parameters:
    ///   - side: where the level counts as reached; nil: on the far side of the level as it is now, and at a limit of
    ///     the series the limit's own.
    ///   - now: nothing is forecast for a time before.
    package func forecast(
        reaching threshold: Double, side: TrendForecast.Side? = nil, now: Timestamp, horizonDays: Int = 90
    ) -> TrendForecast {
        let side = side ?? self.side(of: threshold)
        let sign = side == .above ? 1.0 : -1.0
        func result(_ outcome: TrendForecast.Outcome, _ times: [Timestamp?] = [nil, nil, nil]) -> TrendForecast {
            TrendForecast(
                threshold: threshold, side: side, outcome: outcome, earliest: times[0], likely: times[1],
                latest: times[2], horizonDays: horizonDays, trend: self,
                age: max(0, now.milliseconds - until.milliseconds))
        }
        if sign * (latest - threshold) >= 0 { return result(.reached) }
        if let most = limits.most, side == .above, threshold > most { return result(.impossible) }
        if let least = limits.least, side == .below, threshold < least { return result(.impossible) }
        if let turn, sign * (turn - threshold) >= 0 { return result(.recurring) }
        guard direction == (side == .above ? .increasing : .decreasing) else { return result(.notWithin) }
        let end = now.milliseconds + Int64(horizonDays) * 86_400_000
        let (slow, fast) =
            side == .above
            ? (slopeRange.lowerBound, slopeRange.upperBound) : (slopeRange.upperBound, slopeRange.lowerBound)
        let (behind, ahead) =
            side == .above
            ? (departures.lowerBound, departures.upperBound) : (departures.upperBound, departures.lowerBound)
        let times = [(fast, ahead), (slope, 0), (slow, behind)].map { rate, departure -> Timestamp? in
            crossing(threshold, sign, rate, departure).flatMap {
                $0 <= Double(end) ? max(Int64($0), now.milliseconds) : nil
            }
            .map(Timestamp.init(milliseconds:))
        }
        return result(times[1] == nil ? .notWithin : .expected, times)
    }

    /// Milliseconds since 1970 when a line of this slope, so far beside ours, is there. Lines of other slopes turn
    /// about the middle of what was seen.
    private func crossing(_ threshold: Double, _ sign: Double, _ rate: Double, _ departure: Double) -> Double? {
        let half = Double(until.milliseconds - since.milliseconds) / 2000
        let left = sign * (threshold - (level + (rate - slope) * half + departure))
        guard left > 0 else { return Double(until.milliseconds) }
        guard sign * rate > 0 else { return nil }
        return Double(until.milliseconds) + left / (sign * rate) * 1000
    }

    private func side(of threshold: Double) -> TrendForecast.Side {
        if threshold == limits.most { return .above }
        if threshold == limits.least { return .below }
        return latest <= threshold ? .above : .below
    }
}
