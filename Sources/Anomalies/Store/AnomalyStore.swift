package import Storage

/// The domain's SQLite file: how far each series was scored, with the state of its detector; what was found,
/// and which of that were false alarms; baselines.
package struct AnomalyStore: Sendable {
    package static let store = StoreDescription(
        name: "anomalies", path: "anomalies.db",
        recovery: "move it away: 'debvisor detect run' learns the series anew, what was found and baselines are lost",
        migrations: AnomalySchema.migrations,
        entries: { try $0.entries("SELECT min(time), max(time) FROM findings") })

    let store: Store
    /// So many findings are kept, the newest.
    let mostFindings: Int64

    package init(_ store: Store, mostFindings: Int64 = 100_000) {
        (self.store, self.mostFindings) = (store, mostFindings)
    }
}
