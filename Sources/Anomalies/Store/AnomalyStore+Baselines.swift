package import DebVisorCore
import GRDB
import Storage

/// The baseline of a series, as it was last made.
package struct SavedBaseline: Sendable, Hashable {
    package var series: SeriesLabel
    /// Whether the series counts: the baseline is of its growth a second then.
    package var isCounter: Bool
    package var baseline: Baseline
    /// When it was made.
    package var changedAt: Timestamp

    package init(_ series: SeriesLabel, isCounter: Bool, _ baseline: Baseline, at time: Timestamp) {
        (self.series, self.isCounter, self.baseline, self.changedAt) = (series, isCounter, baseline, time)
    }
}

extension AnomalyStore {
    /// Keeps baselines, each instead of the one that its series had; all or none.
    package func save(_ baselines: [SavedBaseline]) throws {
        guard !baselines.isEmpty else { return }
        try store.write("baseline") { database in
            for saved in baselines {
                try database.execute(
                    sql: """
                        INSERT INTO baselines (series_id, is_counter, changed_at, record) VALUES (?, ?, ?, ?)
                        ON CONFLICT (series_id) DO UPDATE SET is_counter = excluded.is_counter,
                            changed_at = excluded.changed_at, record = excluded.record
                        """,
                    arguments: [
                        try SeriesTable.row(of: saved.series, database), saved.isCounter, saved.changedAt.milliseconds,
                        try StoredBaseline.text(of: saved.baseline),
                    ])
            }
        }
    }

    /// By metric and tags. - Parameter tags: those that the series has at least.
    package func baselines(_ metric: String? = nil, _ tags: [String: String] = [:]) throws -> [SavedBaseline] {
        let (condition, values) = try SeriesTable.condition(metric, tags)
        return try store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT baselines.is_counter, baselines.changed_at, baselines.record, \(SeriesTable.columns)
                    FROM baselines JOIN series ON series.id = baselines.series_id
                    WHERE \(condition) ORDER BY series.metric, series.tags
                    """, arguments: StatementArguments(values)
            ).map { row in
                SavedBaseline(
                    try SeriesTable.label(row, from: 3), isCounter: row[0], try StoredBaseline.baseline(row[2]),
                    at: Timestamp(milliseconds: row[1]))
            }
        }
    }

    /// The series that have one, by metric and tags; also those whose baseline cannot be read.
    package func seriesWithBaseline(_ metric: String? = nil, _ tags: [String: String] = [:]) throws -> [SeriesLabel] {
        let (condition, values) = try SeriesTable.condition(metric, tags)
        return try store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT \(SeriesTable.columns) FROM baselines JOIN series ON series.id = baselines.series_id
                    WHERE \(condition) ORDER BY series.metric, series.tags
                    """, arguments: StatementArguments(values)
            ).map { try SeriesTable.label($0, from: 0) }
        }
    }

    /// Removes the baselines of some series; those that have none are passed over.
    package func deleteBaselines(of ids: some Sequence<UInt64>) throws {
        try store.write("baseline") { database in
            for id in ids {
                try database.execute(
                    sql: "DELETE FROM baselines WHERE series_id = (SELECT id FROM series WHERE hash = ?)",
                    arguments: [Int64(bitPattern: id)])
            }
            try SeriesTable.sweep(database)
        }
    }
}
