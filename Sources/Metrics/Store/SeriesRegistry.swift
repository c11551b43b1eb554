import DebVisorCore
import GRDB

/// The families and series of a store within one transaction: finds them, and makes what is missing.
final class SeriesRegistry {
    private let database: Database
    private let limit: Int
    private var families: [String: (id: Int64, family: MetricFamily)] = [:]
    private var count: Int?
    private var definitions: [Int64: MetricDefinition?] = [:]
    /// Series that metrics with definitions have.
    private var counts: [Int64: Int] = [:]
    private let search: Statement
    private let insertion: Statement

    init(_ database: Database, limit: Int) throws {
        (self.database, self.limit) = (database, limit)
        search = try database.makeStatement(
            sql: """
                SELECT series.id, families.name, series.suffix, series.tags, series.minimum, series.maximum FROM series
                JOIN families ON families.id = series.family_id WHERE series.hash = ?
                """)
        insertion = try database.makeStatement(
            sql: "INSERT INTO series (hash, family_id, suffix, tags) VALUES (?, ?, ?, ?)")
    }

    /// The row of a series, made if need be.
    /// - Throws: `conflict` if the metric is of another type, or there are too many series, or it has a label that its
    ///   definition does not have.
    func id(of request: SeriesRequest) throws -> Int64 {
        let (family, suffix) = try family(of: request)
        let hash = Int64(bitPattern: request.key.id.number)
        if let row = try Row.fetchOne(search, arguments: [hash]) {
            let key = "\(row[1] as String)\(row[2] as String)"
            guard key == request.key.name.text, TagSet(stored: row[3]) == request.key.tags else {
                throw Fault(
                    .conflict, "'\(request.key)' and '\(key){\(row[3] as String)}' have the same id",
                    hint: "give one of them another tag")
            }
            // A collector says them each time.
            if let limits = request.limits, row[4] != limits.least || row[5] != limits.most {
                try setLimits(limits, of: row[0])
            }
            return row[0]
        }
        let count = try self.count ?? Int.fetchOne(database, sql: "SELECT count(*) FROM series") ?? 0
        guard count < limit else {
            throw Fault(
                .conflict, "'\(request.key)' would be more than \(limit) series",
                hint: "a tag with ever new values makes ever new series; 'debvisor metric delete' removes some")
        }
        try checkDefinition(of: family, suffix, request.key)
        self.count = count + 1
        try insertion.execute(arguments: [hash, family, suffix, request.key.tags.description])
        let id = database.lastInsertedRowID
        if let limits = request.limits { try setLimits(limits, of: id) }
        return id
    }

    /// Looks again at what is stored: some of what was made here was undone.
    func forget() {
        families = [:]
        count = nil
        definitions = [:]
        counts = [:]
    }

    private func setLimits(_ limits: MetricLimits, of series: Int64) throws {
        try database.execute(
            sql: "UPDATE series SET minimum = ?, maximum = ? WHERE id = ?",
            arguments: [limits.least, limits.most, series])
    }

    private func family(of request: SeriesRequest) throws -> (Int64, suffix: String) {
        let (name, suffix) = try FamilyNames(stored).resolve(request)
        if let (id, old) = try stored(name.text) {
            var family = old
            let (unit, help) = (request.unit, request.help)
            if !unit.isEmpty && unit != family.unit || !help.isEmpty && help != family.help {
                if let definition = try definition(of: id) {
                    guard unit.isEmpty || unit == definition.unit else { throw Self.otherUnit(unit, definition) }
                    return (id, suffix)
                }
                if !unit.isEmpty { family.unit = unit }
                if !help.isEmpty { family.help = help }
                try database.execute(
                    sql: "UPDATE families SET unit = ?, help = ? WHERE id = ?",
                    arguments: [family.unit, family.help, id])
                families[name.text] = (id, family)
            }
            return (id, suffix)
        }
        let family = MetricFamily(name, request.type ?? .implied(by: name), unit: request.unit, help: request.help)
        try database.execute(
            sql: "INSERT INTO families (name, type, unit, help) VALUES (?, ?, ?, ?)",
            arguments: [name.text, family.type.rawValue, family.unit, family.help])
        families[name.text] = (database.lastInsertedRowID, family)
        return (database.lastInsertedRowID, suffix)
    }

    /// Whether a new series is one that its metric may have.
    private func checkDefinition(of family: Int64, _ suffix: String, _ key: SeriesKey) throws {
        guard let definition = try definition(of: family) else { return }
        try definition.check(key.tags)
        guard suffix == definition.type.countedSuffix else { return }
        let count = try counts[family] ?? Cardinality.count(of: family, suffix: suffix, database)
        guard count < definition.seriesLimit else {
            throw try Cardinality.fault(definition, key, of: family, database)
        }
        counts[family] = count + 1
    }

    private func definition(of family: Int64) throws -> MetricDefinition? {
        if let known = definitions[family] { return known }
        let found = try DefinitionRow.find(family, database)
        definitions[family] = .some(found)
        return found
    }

    private static func otherUnit(_ unit: String, _ definition: MetricDefinition) -> Fault {
        let own = definition.unit.isEmpty ? "has no unit" : "is in \(definition.unit)"
        return Fault(
            .conflict, "metric '\(definition.name)' \(own) by its definition, and these samples are in \(unit)",
            hint: "convert them, or use another name")
    }

    private func stored(_ name: String) throws -> (Int64, MetricFamily)? {
        if let known = families[name] { return known }
        guard let found = try MetricFamily.find(name, database) else { return nil }
        families[name] = found
        return found
    }
}
