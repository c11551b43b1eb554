import DebVisorCore
import Foundation
import GRDB

/// The rows of `series`.
enum SeriesTable {
    /// Columns of a label, for rows that are joined with it.
    static let columns = "series.hash, series.metric, series.tags, series.label"

    /// - Parameter start: where the columns of a label begin.
    static func label(_ row: Row, from start: Int) throws -> SeriesLabel {
        SeriesLabel(
            id: UInt64(bitPattern: row[start] as Int64), metric: row[start + 1],
            tags: try JSONDecoder().decode([String: String].self, from: Data((row[start + 2] as String).utf8)),
            text: row[start + 3])
    }

    /// The row of a series, made if need be.
    static func row(of label: SeriesLabel, _ database: Database) throws -> Int64 {
        let hash = Int64(bitPattern: label.id)
        let known = try database.cachedStatement(sql: "SELECT id FROM series WHERE hash = ?")
        if let row = try Int64.fetchOne(known, arguments: [hash]) { return row }
        try database.execute(
            sql: "INSERT INTO series (hash, metric, tags, label) VALUES (?, ?, ?, ?)",
            arguments: [hash, label.metric, text(of: label.tags), label.text])
        return database.lastInsertedRowID
    }

    /// Removes those that nothing refers to.
    static func sweep(_ database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM series WHERE NOT EXISTS (SELECT 1 FROM progress WHERE series_id = series.id)
                    AND NOT EXISTS (SELECT 1 FROM findings WHERE series_id = series.id)
                    AND NOT EXISTS (SELECT 1 FROM baselines WHERE series_id = series.id)
                    AND NOT EXISTS (SELECT 1 FROM false_alarms WHERE series_id = series.id)
                """)
    }

    /// A condition for series of a metric that have some tags at least; `true` for all.
    static func condition(_ metric: String?, _ tags: [String: String]) throws -> (sql: String, values: [String]) {
        var (conditions, values): ([String], [String]) = (["true"], [])
        if let metric {
            conditions.append("series.metric = ?")
            values.append(metric)
        }
        for (key, value) in tags.sorted(by: { $0.key < $1.key }) {
            // A pair between quotes is a whole one: within a word a quote has a backslash before it.
            conditions.append("instr(series.tags, ?) > 0")
            values.append(String(try text(of: [key: value]).dropFirst().dropLast()))
        }
        return (conditions.joined(separator: " AND "), values)
    }

    /// The same text for the same tags.
    private static func text(of tags: [String: String]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(tags), as: UTF8.self)
    }
}
