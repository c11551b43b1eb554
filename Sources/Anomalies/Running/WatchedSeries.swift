/// What tells one series from all others, in plain values: this domain knows no store of samples.
package struct SeriesLabel: Sendable, Hashable {
    /// The number of its id: a hash of name and tags, the same on every host.
    package let id: UInt64
    /// The name of the series: `node_load1`.
    package let metric: String
    package let tags: [String: String]
    /// Name and tags for people: `node_load1{host="a"}`.
    package let text: String

    package init(id: UInt64, metric: String, tags: [String: String], text: String) {
        (self.id, self.metric, self.tags, self.text) = (id, metric, tags, text)
    }
}

/// A series as it is scored.
package struct WatchedSeries: Sendable, Hashable {
    package let label: SeriesLabel
    /// Whether it counts: what is looked at is by how much it grows a second then.
    package let isCounter: Bool
    /// Where both ends are known: of its values, of a counter of its growth a second.
    package let limits: KnownLimits?

    package init(_ label: SeriesLabel, isCounter: Bool, limits: KnownLimits? = nil) {
        (self.label, self.isCounter, self.limits) = (label, isCounter, limits)
    }
}
