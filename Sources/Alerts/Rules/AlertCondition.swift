/// When a rule speaks.
package struct AlertCondition: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// The value is beyond a level.
        case threshold
        /// No sample came for so many seconds.
        case absence
        /// The change a second is beyond a level.
        case rate
        /// The value will be at a level within so many seconds.
        case forecast
        /// The value is beyond a percentile of what is usual.
        case baseline
        /// The anomaly score is beyond a level.
        case anomaly
    }

    package enum Side: String, Sendable, Hashable, Codable, CaseIterable { case above, below }

    package var kind: Kind
    /// Beyond is above the level or below it.
    package var side: Side
    /// In the unit of the value; of an absence seconds; of a baseline 1 to 99.
    package var level: Double
    /// On the good side of this the alert resolves; nil: on the good side of the level. Not for forecasts and
    /// baselines.
    package var clear: Double?
    /// Rates: the stretch that is compared. Forecasts: how near is near. Seconds.
    package var seconds: Int?

    package static func above(_ level: Double, clear: Double? = nil) -> AlertCondition {
        AlertCondition(kind: .threshold, side: .above, level: level, clear: clear)
    }
    package static func below(_ level: Double, clear: Double? = nil) -> AlertCondition {
        AlertCondition(kind: .threshold, side: .below, level: level, clear: clear)
    }
    package static func absence(seconds: Int) -> AlertCondition {
        AlertCondition(kind: .absence, side: .above, level: Double(seconds))
    }
    package static func rate(_ side: Side, _ level: Double, over seconds: Int, clear: Double? = nil) -> AlertCondition {
        AlertCondition(kind: .rate, side: side, level: level, clear: clear, seconds: seconds)
    }
    /// - Parameter side: where the level counts as reached.
    package static func forecast(reaches level: Double, _ side: Side = .above, within seconds: Int) -> AlertCondition {
        AlertCondition(kind: .forecast, side: side, level: level, seconds: seconds)
    }
    package static func baseline(_ side: Side = .above, percentile: Int) -> AlertCondition {
        AlertCondition(kind: .baseline, side: side, level: Double(percentile))
    }
    package static func anomaly(score: Double, clear: Double? = nil) -> AlertCondition {
        AlertCondition(kind: .anomaly, side: .above, level: score, clear: clear)
    }
}

extension AlertCondition {
    /// What a value is to a condition.
    enum Reading: Sendable, Hashable {
        case beyond
        /// Past the level where it clears, but not beyond: it stays as it is.
        case between
        case clear
    }

    /// The level at which a value is beyond; nil if neither the rule nor the data says one.
    private func border(_ observation: Observation) -> Double? {
        switch kind {
        case .threshold, .rate, .anomaly, .absence: observation.threshold ?? level
        case .forecast: seconds.map(Double.init)
        case .baseline: observation.threshold
        }
    }

    /// Forecasts get nearer as the value gets smaller, whatever the side of the level.
    private var direction: Side { kind == .forecast ? .below : side }

    /// nil: the value says nothing, as a NaN does.
    func reading(_ observation: Observation) -> Reading? {
        guard !observation.value.isNaN, let border = border(observation) else { return nil }
        // A tenth farther away than it began: forecasts waver.
        let clear = kind == .forecast ? border * 1.1 : clear ?? border
        let sign = direction == .above ? 1.0 : -1.0
        let value = observation.value * sign
        if value > border * sign || kind == .forecast && value == border * sign { return .beyond }
        return self.clear == nil && kind != .forecast || value < clear * sign ? .clear : .between
    }

    /// Whether a value would begin an alert.
    package func isBeyond(_ observation: Observation) -> Bool { reading(observation) == .beyond }

    /// What people see as threshold.
    func shownLevel(_ observation: Observation) -> Double? {
        kind == .baseline ? observation.threshold : kind == .forecast ? level : observation.threshold ?? level
    }

    /// Of two values the one that is worse.
    func worse(_ a: Double, _ b: Double) -> Double { side == .above ? max(a, b) : min(a, b) }
}
