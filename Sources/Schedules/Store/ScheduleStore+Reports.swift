import DebVisorCore
import GRDB
import Storage

extension ScheduleStore {
    /// Marks troubles and events as told, so that no later report has them.
    package func acknowledge(_ report: RunDueReport) throws {
        guard !report.troubles.isEmpty || !report.events.isEmpty else { return }
        try store.write("report") { database in
            let runs = try database.makeStatement(sql: "UPDATE runs SET untold = NULL WHERE id = ?")
            for run in report.troubles { try runs.execute(arguments: [run.id.number]) }
            let events = try database.makeStatement(sql: "UPDATE events SET untold = NULL WHERE id = ?")
            for event in report.events { try events.execute(arguments: [event.id]) }
        }
    }

    /// At most a thousand of each; the rest is told next time.
    func untold() throws -> ([JobRun], [ScheduleEvent]) {
        try store.read { database in
            let runs = try Row.fetchAll(
                database, sql: RunRow.selection + "WHERE runs.untold IS NOT NULL ORDER BY runs.id LIMIT 1000"
            ).map(RunRow.run)
            return (runs, try Self.events("WHERE events.untold IS NOT NULL ORDER BY events.id LIMIT 1000", database))
        }
    }

    /// The newest first, told or not.
    package func events(limit: Int = 100) throws -> [ScheduleEvent] {
        try store.read { try Self.events("ORDER BY events.id DESC LIMIT \(max(0, limit))", $0) }
    }

    private static func events(_ rest: String, _ database: Database) throws -> [ScheduleEvent] {
        try Row.fetchAll(
            database,
            sql: """
                SELECT events.id, events.kind, jobs.name, events.at, events.text
                FROM events LEFT JOIN jobs ON jobs.id = events.job_id \(rest)
                """
        ).map { row in
            ScheduleEvent(
                id: row[0], kind: try JobRow.word(row[1]), job: (row[2] as String?).map(JobName.init(stored:)),
                at: Timestamp(milliseconds: row[3]), text: row[4])
        }
    }

    /// A run and its job, also one that was deleted meanwhile. - Throws: `notFound`.
    func runWithJob(_ number: Int64) throws -> (JobRun, ScheduledJob) {
        try store.read { database in
            guard let run = try Self.run(number, database) else { throw Self.noRun("\(number)") }
            return (run, try Self.job(run.jobID, database))
        }
    }
}
