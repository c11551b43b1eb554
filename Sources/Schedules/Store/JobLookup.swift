import DebVisorCore
import GRDB

/// Jobs inside a transaction.
extension ScheduleStore {
    static func id(of name: JobName, _ database: Database) throws -> Int64? {
        try Int64.fetchOne(
            database, sql: "SELECT id FROM jobs WHERE name = ? AND deleted_at IS NULL", arguments: [name.text])
    }

    /// - Throws: `notFound`.
    static func existing(_ name: JobName, _ database: Database) throws -> Int64 {
        guard let id = try id(of: name, database) else {
            throw Fault(.notFound, "there is no job '\(name)'", hint: "see 'debvisor schedule list'")
        }
        return id
    }

    static func job(_ id: Int64, _ database: Database) throws -> ScheduledJob {
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM jobs WHERE id = ?", arguments: [id]) else {
            throw JobRow.malformed("job number \(id)")
        }
        return try job(row, try dependencies(database, of: id)[id] ?? [])
    }

    static func job(_ row: Row, _ dependencies: [JobDependency]) throws -> ScheduledJob {
        var definition = try JobRow.definition(row)
        definition.requirements = dependencies.filter { $0.kind == .require }.map {
            JobRequirement(job: JobName(stored: $0.target), withinSeconds: $0.withinSeconds)
        }
        definition.conflicts = try dependencies.filter { $0.kind == .conflict }.map { try JobConflict($0.target) }
        let time = { (name: String) in (row[name] as Int64?).map(Timestamp.init(milliseconds:)) }
        return ScheduledJob(
            id: row["id"], definition: definition, nextExecution: time("next_due"),
            lastExecution: time("last_started_at"), lastStatus: try (row["last_status"] as String?).map(JobRow.word),
            createdAt: Timestamp(milliseconds: row["created_at"]),
            changedAt: Timestamp(milliseconds: row["changed_at"]), dependencies: dependencies)
    }
}
