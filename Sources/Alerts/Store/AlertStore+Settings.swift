import GRDB
import Storage

extension AlertStore {
    package func settings() throws -> AlertSettings { try store.read { try Self.settings($0) } }

    package func change(_ settings: AlertSettings) throws {
        let text = try StoredJSON.encode(settings)
        try store.write("alert-settings") { database in
            try database.execute(
                sql: "INSERT OR REPLACE INTO settings VALUES ('settings', ?)", arguments: [text])
        }
    }

    static func settings(_ database: Database) throws -> AlertSettings {
        let text = try String.fetchOne(
            database.cachedStatement(sql: "SELECT value FROM settings WHERE name = 'settings'"))
        return try text.map { try StoredJSON.decode(AlertSettings.self, from: $0, of: "settings") } ?? AlertSettings()
    }
}
