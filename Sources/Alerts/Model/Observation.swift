package import DebVisorCore

/// What a rule found in one series at one time.
package struct Observation: Sendable, Hashable {
    /// The rule's name.
    package var rule: String
    package var series: AlertSeries
    /// What the rule compares: the metric's value, seconds without a sample, change a second, seconds until a level is
    /// reached (infinity: not within sight), a score.
    package var value: Double
    /// Of the sample, or of the look where the rule is about what is not there. Not later than what is known already:
    /// no news.
    package var time: Timestamp
    /// What the value is compared with, where the data says it: a percentile of the baseline.
    package var threshold: Double?
    /// What people see instead of the value: of a forecast the level now.
    package var shown: Double?
    /// Higher or lower than the rule's: the finding's own.
    package var severity: AlertSeverity?
    /// In words, with numbers: `vda of web01 wrote 412 MiB/s; usual for Monday 09:00 is 12–35`.
    package var message: String?

    package init(
        rule: String, series: AlertSeries, value: Double, time: Timestamp, threshold: Double? = nil,
        shown: Double? = nil, severity: AlertSeverity? = nil, message: String? = nil
    ) {
        (self.rule, self.series, self.value, self.time) = (rule, series, value, time)
        (self.threshold, self.shown, self.severity, self.message) = (threshold, shown, severity, message)
    }

    /// How long a series has had no sample, for a rule of absence.
    package static func absence(
        rule: String, series: AlertSeries, lastSample: Timestamp, now: Timestamp, message: String? = nil
    ) -> Observation {
        Observation(
            rule: rule, series: series, value: Double(max(0, now.milliseconds - lastSample.milliseconds)) / 1000,
            time: now, message: message)
    }
}
