package import DebVisorCore
import GRDB
import Storage

/// What listings want to know besides.
extension ScheduleStore {
    /// The zones of jobs by their ids, of deleted jobs too.
    package func timezones(of jobs: Set<Int64>) throws -> [Int64: String] {
        guard !jobs.isEmpty else { return [:] }
        return try store.read { database in
            let zone = try database.makeStatement(sql: "SELECT timezone FROM jobs WHERE id = ?")
            var zones: [Int64: String] = [:]
            for job in jobs { zones[job] = try String.fetchOne(zone, arguments: [job]) }
            return zones
        }
    }

    /// Names of jobs with a slot that is due and not looked at yet, by when they are due; at most `limit`.
    package func due(at time: Timestamp, limit: Int = 1000) throws -> [JobName] {
        try store.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT name FROM jobs WHERE next_due IS NOT NULL AND next_due <= ? ORDER BY next_due LIMIT ?
                    """, arguments: [time.milliseconds, limit]
            ).map(JobName.init(stored:))
        }
    }
}
