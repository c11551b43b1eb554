package import DebVisorCore

/// One sample of a series.
package struct TrendSample: Sendable, Hashable {
    package var time: Timestamp
    package var value: Double

    package init(_ time: Timestamp, _ value: Double) {
        self.time = time
        self.value = value
    }
}

/// What a series can be at least and at most: percent, the size of a pool. Either may be unknown.
package struct TrendLimits: Sendable, Hashable {
    package var least: Double?
    package var most: Double?

    package init(least: Double? = nil, most: Double? = nil) { (self.least, self.most) = (least, most) }

    package static let unknown = TrendLimits()
}
