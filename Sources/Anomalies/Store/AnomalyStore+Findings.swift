package import DebVisorCore
import GRDB
import Storage

/// Which findings, newest first.
package struct FindingQuery: Sendable {
    package var metric: String?
    /// The tags that the series has at least.
    package var tags: [String: String] = [:]
    /// Measured then or later.
    package var since: Timestamp?
    /// At least so severe.
    package var severity = Severity.info
    package var limit = 100

    package init() {}
}

extension AnomalyStore {
    package func findings(_ query: FindingQuery) throws -> [Finding] {
        let (condition, values) = try SeriesTable.condition(query.metric, query.tags)
        let levels = Severity.allCases.filter { $0 >= query.severity }.map { "'\($0.rawValue)'" }
        let arguments: [(any DatabaseValueConvertible)?] =
            values + [query.since?.milliseconds ?? Int64.min, query.limit]
        return try store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(Self.selection) WHERE \(condition) AND findings.time >= ?
                        AND severity IN (\(levels.joined(separator: ", "))) ORDER BY findings.time DESC, findings.id DESC LIMIT ?
                    """, arguments: StatementArguments(arguments)
            ).map(Self.finding)
        }
    }

    /// Those of one series within a time, oldest first.
    func findings(of id: UInt64, since: Timestamp, until: Timestamp) throws -> [Finding] {
        try store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    \(Self.selection) WHERE series.hash = ? AND findings.time BETWEEN ? AND ? ORDER BY findings.time
                    """, arguments: [Int64(bitPattern: id), since.milliseconds, until.milliseconds]
            ).map(Self.finding)
        }
    }

    /// - Throws: `notFound`.
    package func finding(_ id: String) throws -> Finding {
        let found = try Int64(id).flatMap { number in
            try store.read { database in
                try Row.fetchOne(database, sql: "\(Self.selection) WHERE findings.id = ?", arguments: [number])
                    .map(Self.finding)
            }
        }
        guard let found else {
            throw Fault(.notFound, "there is no finding '\(id)'", hint: "see them with: debvisor detect recent")
        }
        return found
    }

    /// The ids of the newest findings; for completion.
    package func findingIDs(atMost limit: Int = 1000) throws -> [String] {
        try store.read {
            try Int64.fetchAll($0, sql: "SELECT id FROM findings ORDER BY id DESC LIMIT ?", arguments: [limit])
        }.map { "\($0)" }
    }

    private static let selection = """
        SELECT findings.id, findings.time, findings.score, findings.surprise, findings.is_counter, findings.minimum,
            findings.maximum, findings.explanation, findings.recorded_at, false_alarms.told_by, false_alarms.told_at,
            \(SeriesTable.columns)
        FROM findings JOIN series ON series.id = findings.series_id LEFT JOIN false_alarms
            ON false_alarms.series_id = findings.series_id AND false_alarms.time = findings.time
        """

    private static func finding(_ row: Row) throws -> Finding {
        let series = WatchedSeries(
            try SeriesTable.label(row, from: 11), isCounter: row[4], limits: KnownLimits(stored: row[5], row[6]))
        var finding = Finding(
            id: row[0], series, Timestamp(milliseconds: row[1]), score: row[2], surprise: row[3],
            try StoredExplanation.explanation(row[7]), recordedAt: Timestamp(milliseconds: row[8]))
        if let person = row[9] as String? {
            finding.falseAlarm = Finding.Told(by: person, at: Timestamp(milliseconds: row[10]))
        }
        return finding
    }
}
