package import DebVisorCore

/// Somebody looks after it.
package struct Acknowledgement: Sendable, Hashable {
    package var by: String
    package var at: Timestamp
    /// When it lapses by itself; nil: with the episode.
    package var until: Timestamp?
    package var note: String?
}

/// What one rule says of one series.
package struct Alert: Sendable, Hashable {
    package var id: AlertID
    package var rule: String
    package var series: AlertSeries
    package var severity: AlertSeverity
    package var status: AlertStatus
    /// The newest value that was seen.
    package var value: Double
    /// What it is compared with; nil where a rule has none.
    package var threshold: Double?
    /// The value farthest beyond the threshold in this episode.
    package var peak: Double
    /// How many samples of this episode were beyond it.
    package var count: Int
    /// How often it has begun.
    package var episode: Int
    /// Of samples beyond the threshold in this episode.
    package var firstSeenAt: Timestamp
    package var lastSeenAt: Timestamp
    /// The newest sample, beyond or not.
    package var sampleAt: Timestamp
    /// When it began to fire in this episode; nil: not yet.
    package var firedAt: Timestamp?
    /// Since when it has had its status.
    package var since: Timestamp
    package var message: String
    package var acknowledgement: Acknowledgement?
    /// What hides it, in words: `silence 3 by anna: move to the new rack`.
    package var suppressedBy: String?
    /// Whether a person said of this episode that there was nothing.
    package var isFalseAlarm: Bool
    /// It fires, or did when samples ceased to come, and nobody looks after it.
    package var callsForSomebody: Bool
}

/// One change in the life of an alert.
package struct AlertEvent: Sendable, Hashable {
    package var id: Int64
    package var alert: AlertID
    package var rule: String
    package var series: String
    package var at: Timestamp
    /// Who or what made it: a person, `rules`, `outbox`.
    package var actor: String
    /// nil: it had none.
    package var from: AlertStatus?
    package var to: AlertStatus
    package var severity: AlertSeverity
    package var episode: Int
    package var value: Double
    /// In words.
    package var reason: String
}
