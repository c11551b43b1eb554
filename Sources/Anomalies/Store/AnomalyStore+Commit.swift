package import DebVisorCore
import Foundation
import GRDB
import Storage

/// What became of the outcomes of some series.
package struct RecordedOutcomes: Sendable {
    /// With their numbers.
    package var findings: [Finding] = []
    /// Series that another run had scored meanwhile: what this one made of them was dropped.
    package var overtaken: Set<UInt64> = []
}

extension AnomalyStore {
    /// Keeps states and findings of some series, all or none; durable when it returns.
    ///
    /// What another run has scored since this one looked stays as that one left it, so nothing is found twice.
    package func record(_ outcomes: [SeriesOutcome], at time: Timestamp) throws -> RecordedOutcomes {
        guard outcomes.contains(where: { $0.progress != nil }) else { return RecordedOutcomes() }
        return try store.write("detect-run") { database in
            var recorded = RecordedOutcomes()
            for outcome in outcomes {
                guard let progress = outcome.progress else { continue }
                let row = try SeriesTable.row(of: outcome.series.label, database)
                guard try Self.advance(row, from: outcome.before, to: progress, time, database) else {
                    recorded.overtaken.insert(outcome.series.label.id)
                    continue
                }
                if let state = outcome.state {
                    let statement = try database.cachedStatement(
                        sql: """
                            INSERT INTO states (series_id, data) VALUES (?, ?)
                            ON CONFLICT (series_id) DO UPDATE SET data = excluded.data
                            """)
                    try statement.execute(arguments: [row, Data(state)])
                }
                for finding in outcome.findings {
                    if let finding = try Self.insert(finding, of: row, time, database) {
                        recorded.findings.append(finding)
                    }
                }
            }
            if let newest = recorded.findings.last { try Self.trim(to: newest.id - mostFindings, database) }
            return recorded
        }
    }

    /// - Returns: false if the series is not where it was any more.
    private static func advance(
        _ row: Int64, from before: Int64?, to progress: SeriesProgress, _ time: Timestamp, _ database: Database
    ) throws -> Bool {
        let columns = SeriesProgress.columns + ["changed_at"]
        let values = progress.values + [time.milliseconds]
        if let before {
            let assignments = columns.map { "\($0) = ?" }.joined(separator: ", ")
            let statement = try database.cachedStatement(
                sql: "UPDATE progress SET \(assignments) WHERE series_id = ? AND revision = ?")
            try statement.execute(arguments: StatementArguments(values + [row, before]))
        } else {
            let places = columns.map { _ in "?" }.joined(separator: ", ")
            let statement = try database.cachedStatement(
                sql: """
                    INSERT INTO progress (series_id, \(columns.joined(separator: ", "))) VALUES (?, \(places))
                    ON CONFLICT (series_id) DO NOTHING
                    """)
            try statement.execute(arguments: StatementArguments([row] + values))
        }
        return database.changesCount > 0
    }

    /// - Returns: nil for one that is there, from before the series was forgotten.
    private static func insert(
        _ finding: Finding, of row: Int64, _ time: Timestamp, _ database: Database
    ) throws -> Finding? {
        guard let severity = finding.severity else { return nil }
        let statement = try database.cachedStatement(
            sql: """
                INSERT INTO findings (series_id, time, severity, score, surprise, is_counter, minimum, maximum, explanation,
                    recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (series_id, time) DO NOTHING
                """)
        let limits = finding.series.limits
        try statement.execute(arguments: [
            row, finding.time.milliseconds, severity.rawValue, finding.score, finding.surprise,
            finding.series.isCounter, limits?.least, limits?.most, try StoredExplanation.text(of: finding.explanation),
            time.milliseconds,
        ])
        guard database.changesCount > 0 else { return nil }
        var recorded = finding
        recorded.id = database.lastInsertedRowID
        recorded.recordedAt = time
        return recorded
    }

    private static func trim(to last: Int64, _ database: Database) throws {
        guard last > 0 else { return }
        try database.execute(sql: "DELETE FROM findings WHERE id <= ?", arguments: [last])
    }

    /// Forgets how far series were scored that are not there any more; what was found stays.
    /// - Parameters:
    ///   - ids: the series that there are.
    ///   - edge: what was scored at this time or later stays anyway: somebody may just have begun with it.
    package func forget(allBut ids: Set<UInt64>, scoredBefore edge: Timestamp) throws -> Int {
        let gone = try store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT progress.series_id, series.hash FROM progress JOIN series ON series.id = progress.series_id
                    WHERE changed_at < ?
                    """, arguments: [edge.milliseconds]
            ).filter { !ids.contains(UInt64(bitPattern: $0[1] as Int64)) }.map { $0[0] as Int64 }
        }
        guard !gone.isEmpty else { return 0 }
        return try store.write("detect-forget") { database in
            let statement = try database.makeStatement(
                sql: "DELETE FROM progress WHERE series_id = ? AND changed_at < ?")
            var count = 0
            for row in gone {
                try statement.execute(arguments: [row, edge.milliseconds])
                count += database.changesCount
            }
            try SeriesTable.sweep(database)
            return count
        }
    }
}
