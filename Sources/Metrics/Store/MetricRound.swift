package import DebVisorCore

/// Everything that a collector found at one instant.
package struct MetricRound: Sendable {
    package var time: Timestamp
    package var values: [(series: SeriesRequest, value: Double)]
    /// The metrics that the collector keeps: their series that have no value in this round may have ended with it.
    package var names: Set<MetricName>
    /// Whether a series without a value ended, as far as the collector can tell: a disk that was taken away did, one of a
    /// machine that does not answer did not.
    package var hasEnded: @Sendable (SeriesKey) -> Bool

    package init(
        at time: Timestamp, values: [(series: SeriesRequest, value: Double)], names: Set<MetricName>,
        hasEnded: @escaping @Sendable (SeriesKey) -> Bool
    ) {
        (self.time, self.values, self.names, self.hasEnded) = (time, values, names, hasEnded)
    }
}

/// What came of a round.
package struct RoundOutcome: Sendable {
    /// Series that have a value in this round.
    package var series = 0
    /// Those that the store did not have.
    package var new: [SeriesKey] = []
    /// Those that have the mark of an end now, and had none.
    package var ended: [SeriesKey] = []
    /// Values that could not be taken: a metric of another type has the name, or there are too many series.
    package var refused: [(series: SeriesKey, fault: Fault)] = []

    package init() {}

    /// Samples, the marks of ends counted.
    package var samples: Int { series + ended.count }
}
