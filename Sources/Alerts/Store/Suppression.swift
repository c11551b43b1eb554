import DebVisorCore
import GRDB

/// What hides which alerts: silences, and what their objects depend on.
struct Suppression {
    private let silences: [(silence: Silence, filter: LabelFilter)]
    private let topology: Topology
    /// Alerts that fire for an object and hide what depends on it.
    private let causes: [String: AlertRow]

    init(_ database: Database, _ now: Timestamp, _ rows: [AlertRow], _ rules: [String: AlertRule]) throws {
        silences = try AlertStore.active(database, now).map { ($0, LabelFilter($0.matchers)) }
        topology = try AlertStore.topology(database)
        var causes: [String: AlertRow] = [:]
        let hiding = rows.filter { $0.state.phase == .firing && rules[$0.rule]?.hidesDependents == true }
        for row in hiding.sorted(by: { $0.fingerprint < $1.fingerprint }) {
            if let object = row.series.object { causes[object] = causes[object] ?? row }
        }
        self.causes = causes
    }

    /// In words; nil: nothing hides it.
    func cause(of row: AlertRow) -> String? {
        if let object = row.series.object, !causes.isEmpty {
            for ancestor in topology.ancestors(of: object) {
                if let cause = causes[ancestor] { return "\(cause.rule) of \(ancestor) (alert \(cause.fingerprint))" }
            }
        }
        guard !silences.isEmpty else { return nil }
        let labels = row.labels
        // The oldest that matches, so that a newer one changes nothing.
        return silences.last { $0.filter.fits(labels) }?.silence.cause
    }
}
