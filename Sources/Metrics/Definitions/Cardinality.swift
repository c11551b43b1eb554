import DebVisorCore
import GRDB

/// The tags of all series of a metric.
struct TagSets {
    var series: [TagSet] = []

    init(of family: Int64, suffix: String? = nil, _ database: Database) throws {
        let rows = try String.fetchCursor(
            database, sql: "SELECT tags FROM series WHERE family_id = ?1 AND (?2 IS NULL OR suffix = ?2)",
            arguments: [family, suffix])
        while let text = try rows.next() { series.append(TagSet(stored: text)) }
    }

    var names: Set<String> { Set(series.flatMap { $0.tags.map(\.name) }) }

    func values(of name: String) -> Set<String> { Set(series.compactMap { $0[name] }) }
}

/// How many series a metric has, and what to say when it has too many.
enum Cardinality {
    static func count(of family: Int64, suffix: String, _ database: Database) throws -> Int {
        let statement = try database.cachedStatement(
            sql: "SELECT count(*) FROM series WHERE family_id = ? AND suffix = ?")
        return try Int.fetchOne(statement, arguments: [family, suffix]) ?? 0
    }

    /// Names the label that makes most of the series.
    static func fault(
        _ definition: MetricDefinition, _ key: SeriesKey, of family: Int64, _ database: Database
    ) throws -> Fault {
        let stored = try TagSets(of: family, suffix: definition.type.countedSuffix, database)
        let widest = stored.names.filter { $0 != definition.type.ownTag }
            .map { ($0, stored.values(of: $0)) }.max { ($0.1.count, $1.0) < ($1.1.count, $0.0) }
        let message =
            "'\(key)' would be more than the \(definition.seriesLimit) series that '\(definition.name)' may have"
        let raise = "debvisor metric define \(definition.name) --max-series \(definition.seriesLimit * 2)"
        guard let (label, values) = widest, values.count > 1 else {
            return Fault(.conflict, message, hint: "allow more: \(raise)")
        }
        let some = values.sorted().prefix(3).map { "'\($0.prefix(40))'" }.joined(separator: ", ")
        return Fault(
            .conflict, message,
            hint: "the label '\(label)' has \(values.count) values (\(some)): leave it out, or allow more: \(raise)")
    }
}

extension MetricType {
    /// The ending of those series of a metric of which there is one for each combination of tags.
    var countedSuffix: String {
        switch self {
        case .gauge, .counter: ""
        case .histogram, .summary: "_count"
        }
    }

    /// The tag that a type gives its series itself.
    package var ownTag: String? {
        switch self {
        case .gauge, .counter: nil
        case .histogram: "le"
        case .summary: "quantile"
        }
    }

    /// Whether a metric is several series for each combination of tags.
    package var isCompound: Bool { ownTag != nil }
}
