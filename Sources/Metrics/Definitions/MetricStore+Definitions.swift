import DebVisorCore
import GRDB
import Storage

extension MetricStore {
    package func definitions() throws -> [MetricDefinition] { try store.read { try DefinitionRow.all($0) } }

    package func definition(of name: MetricName) throws -> MetricDefinition? {
        try store.read { try DefinitionRow.find(name, $0) }
    }

    /// How many series a metric has as its definition counts them.
    package func seriesCount(of name: MetricName) throws -> Int {
        try store.read { database in
            guard let (id, family) = try MetricFamily.find(name.text, database) else { return 0 }
            return try Cardinality.count(of: id, suffix: family.type.countedSuffix, database)
        }
    }

    /// Why a definition cannot be, as what is stored says something else.
    /// - Throws: `conflict`.
    package func check(_ definition: MetricDefinition) throws {
        try store.read { try DefinitionCheck($0).check(definition) }
    }

    /// Keeps a definition, in the place of the one before.
    /// - Throws: as `check`.
    package func define(_ definition: MetricDefinition) throws {
        try store.write("metric-define") { database in
            try DefinitionCheck(database).check(definition)
            try Self.keep(definition, database)
        }
    }

    static func keep(_ definition: MetricDefinition, _ database: Database) throws {
        let family: Int64
        if let (id, _) = try MetricFamily.find(definition.name.text, database) {
            family = id
        } else {
            try database.execute(
                sql: "INSERT INTO families (name, type, unit, help) VALUES (?, ?, '', '')",
                arguments: [definition.name.text, definition.type.rawValue])
            family = database.lastInsertedRowID
        }
        try DefinitionRow.write(definition, family, database)
    }

    /// Forgets a definition; series and samples stay as they are.
    /// - Returns: false if there was none.
    @discardableResult
    package func undefine(_ name: MetricName) throws -> Bool {
        try store.write("metric-define") { database in
            guard let (id, _) = try MetricFamily.find(name.text, database) else { return false }
            try database.execute(sql: "DELETE FROM definitions WHERE family_id = ?", arguments: [id])
            let wasThere = database.changesCount > 0
            try database.execute(
                sql: "DELETE FROM families WHERE id = ? AND NOT EXISTS (SELECT 1 FROM series WHERE family_id = ?)",
                arguments: [id, id])
            return wasThere
        }
    }
}
