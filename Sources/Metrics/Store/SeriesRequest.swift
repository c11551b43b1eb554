/// A series that somebody has samples for, with what they say of it.
package struct SeriesRequest: Sendable, Hashable {
    package var key: SeriesKey
    /// Nil if they do not say: whatever the metric is; if it is new, a counter if its name ends so, else a gauge.
    package var type: MetricType?
    /// For a series of a histogram or a summary the ending of its name: `_bucket`, `_sum` or `_count`; else empty.
    package var suffix: String
    /// Empty: as it was.
    package var unit: String
    package var help: String
    /// Nil: as they were.
    package var limits: MetricLimits?

    package init(
        _ key: SeriesKey, _ type: MetricType? = nil, suffix: String = "", unit: String = "", help: String = "",
        limits: MetricLimits? = nil
    ) {
        (self.key, self.type, self.suffix) = (key, type, suffix)
        (self.unit, self.help, self.limits) = (unit, help, limits)
    }

    /// The name of the family.
    var family: MetricName { MetricName(stored: String(key.name.text.dropLast(suffix.utf8.count))) }
}
