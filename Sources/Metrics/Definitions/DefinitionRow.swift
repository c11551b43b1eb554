import DebVisorCore
import GRDB

/// A definition as rows of `families` and `definitions`.
enum DefinitionRow {
    private static let selection = """
        SELECT families.name, families.type, families.unit, families.help, buckets, quantiles, labels, series_limit
        FROM definitions JOIN families ON families.id = definitions.family_id

        """

    static func find(_ family: Int64, _ database: Database) throws -> MetricDefinition? {
        let statement = try database.cachedStatement(sql: selection + "WHERE family_id = ?")
        return try Row.fetchOne(statement, arguments: [family]).map(definition)
    }

    static func find(_ name: MetricName, _ database: Database) throws -> MetricDefinition? {
        let statement = try database.cachedStatement(sql: selection + "WHERE families.name = ?")
        return try Row.fetchOne(statement, arguments: [name.text]).map(definition)
    }

    static func all(_ database: Database) throws -> [MetricDefinition] {
        try Row.fetchAll(database, sql: selection + "ORDER BY families.name").map(definition)
    }

    /// - Parameter family: its row in `families`, which is made the same.
    static func write(_ definition: MetricDefinition, _ family: Int64, _ database: Database) throws {
        try database.execute(
            sql: "UPDATE families SET type = ?, unit = ?, help = ? WHERE id = ?",
            arguments: [definition.type.rawValue, definition.unit, definition.help, family])
        try database.execute(
            sql: "INSERT OR REPLACE INTO definitions VALUES (?, ?, ?, ?, ?)",
            arguments: [
                family, definition.buckets.map { list($0.bounds) }, definition.quantiles.map(list),
                definition.labels?.joined(separator: ","), definition.seriesLimit,
            ])
    }

    private static func definition(_ row: Row) throws -> MetricDefinition {
        let family = try MetricFamily(row, from: 0)
        return MetricDefinition(
            stored: family.name, family.type, unit: family.unit, help: family.help,
            buckets: (row[4] as String?).map { HistogramBounds(checked: numbers($0)) },
            quantiles: (row[5] as String?).map(numbers),
            labels: (row[6] as String?).map { $0.split(separator: ",").map(String.init) }, seriesLimit: row[7])
    }

    /// As a tag `le` has them; read back they are the same bits.
    private static func list(_ numbers: [Double]) -> String {
        numbers.map(HistogramBounds.text).joined(separator: ",")
    }

    private static func numbers(_ text: String) -> [Double] {
        text.split(separator: ",").compactMap { HistogramBounds.bound(String($0)) }
    }
}
