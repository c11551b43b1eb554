import DebVisorCore
import GRDB
import Storage

extension ScheduleStore {
    /// The run of an id or of its number alone. - Throws: `usage` if it is neither, `notFound`.
    package func run(_ reference: String) throws -> JobRun {
        let parts = reference.split(separator: "-", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let last = parts.last, let number = Int64(last), number > 0 else {
            throw Fault(
                .usage, "'\(reference)' is not the id of a run", hint: "ids are those of 'debvisor schedule history'")
        }
        let run = try store.read { try Self.run(number, $0) }
        guard let run, parts.count == 1 || parts[0] == run.id.ledger else { throw Self.noRun(reference) }
        return run
    }

    package func run(_ id: RunID) throws -> JobRun? {
        try store.read { database in
            try Self.run(id.number, database).flatMap { $0.id == id ? $0 : nil }
        }
    }

    /// The newest first.
    package func history(_ query: RunQuery) throws -> [JobRun] {
        try store.read { try HistoryPage(query).runs($0) }
    }

    /// Runs that wait or run, oldest first; of one job or of all.
    package func current(of job: JobName? = nil) throws -> [JobRun] {
        try store.read { database in
            try Row.fetchAll(
                database,
                sql: RunRow.selection + """
                    WHERE runs.ended_at IS NULL AND (:job IS NULL OR jobs.name = :job)
                        AND runs.status IN ('pending', 'running', 'blocked')
                    ORDER BY runs.id
                    """, arguments: ["job": job?.text]
            ).map(RunRow.run)
        }
    }

    static func run(_ number: Int64, _ database: Database) throws -> JobRun? {
        let statement = try database.cachedStatement(sql: RunRow.selection + "WHERE runs.id = ?")
        return try Row.fetchOne(statement, arguments: [number]).map(RunRow.run)
    }

    static func noRun(_ reference: String) -> Fault {
        Fault(.notFound, "there is no run '\(reference)'", hint: "see 'debvisor schedule history'")
    }
}
