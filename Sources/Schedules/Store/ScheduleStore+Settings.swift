import GRDB
import Platform
import Storage

extension ScheduleStore {
    package func settings() throws -> ScheduleSettings { try store.read { try Self.settings($0) } }

    package func change(_ settings: ScheduleSettings) throws {
        try store.write("settings") { database in
            let insertion = try database.makeStatement(sql: "INSERT OR REPLACE INTO settings VALUES (?, ?)")
            try insertion.execute(arguments: ["max-running", settings.maxRunning])
            try insertion.execute(arguments: ["keep-runs", settings.retention.runsPerJob ?? -1])
            try insertion.execute(arguments: ["keep-seconds", settings.retention.ageSeconds ?? -1])
            try insertion.execute(arguments: ["keep-bytes", settings.retention.outputBytes ?? -1])
        }
    }

    static func settings(_ database: Database) throws -> ScheduleSettings {
        var settings = ScheduleSettings()
        let names = "'max-running', 'keep-runs', 'keep-seconds', 'keep-bytes'"
        for row in try Row.fetchAll(database, sql: "SELECT name, value FROM settings WHERE name IN (\(names))") {
            let number = (row[1] as Int?) ?? -1
            let limit = number < 0 ? nil : number
            switch row[0] as String {
            case "max-running": settings.maxRunning = limit ?? settings.maxRunning
            case "keep-runs": settings.retention.runsPerJob = limit
            case "keep-seconds": settings.retention.ageSeconds = limit
            default: settings.retention.outputBytes = limit
            }
        }
        return settings
    }
}
