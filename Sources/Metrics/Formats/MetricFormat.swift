package import DebVisorCore

/// The texts that samples are read from and written as.
package enum MetricFormat: String, Sendable, CaseIterable { case openmetrics, influx, csv, ndjson }

package struct ImportOptions: Sendable {
    /// All or nothing: one transaction, which keeps other writers waiting while the input is read.
    package var isAtomic = false
    /// For samples without a time; none: they are refused.
    package var now: Timestamp?
    /// Later samples are refused.
    package var latest: Timestamp?
    /// Later samples are counted as doubtful.
    package var present: Timestamp?
    /// For CSV without a column `name`.
    package var name: MetricName?

    package init() {}
}

/// What an import brought.
package struct ImportReport: Sendable, Hashable {
    package var samples = 0
    package var series = 0
    /// Of these samples: how many replaced, or were replaced by, one of the same series and instant.
    package var duplicates = 0
    /// What the format has and a store does not keep: exemplars, texts.
    package var skipped = 0
    /// Samples later than `ImportOptions.present`, and the line of the first.
    package var future = 0
    package var firstFuture = 0
}
