package import DebVisorCore
import GRDB
import Platform
import Storage

extension ScheduleStore {
    /// Adds a job; its first slot is the first one after `time`.
    /// - Throws: `conflict` if the name is taken or a cycle of requirements would be closed, `notFound` if it requires a
    ///   job that does not exist, `usage` for an unknown zone.
    package func add(_ definition: JobDefinition, at time: Timestamp) throws -> ScheduledJob {
        let timing = try JobTiming(definition)
        return try store.write("job") { database in
            guard try Self.id(of: definition.name, database) == nil else {
                throw Fault(
                    .conflict, "there is a job '\(definition.name)' already",
                    hint: "change it with 'debvisor schedule update \(definition.name)'")
            }
            let columns = JobRow.columns + ["created_at", "changed_at", "settled_until", "next_due", "alert_at"]
            let values: [(any DatabaseValueConvertible)?] =
                JobRow.values(definition) + [
                    time.milliseconds, time.milliseconds, time.milliseconds,
                    definition.isEnabled ? timing.due(after: time.milliseconds) : nil,
                    Self.firstAlert(definition, time),
                ]
            try database.execute(
                sql: """
                    INSERT INTO jobs (\(columns.joined(separator: ", ")))
                    VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
                    """, arguments: StatementArguments(values))
            let id = database.lastInsertedRowID
            try Self.setDependencies(of: id, definition, database)
            return try Self.job(id, database)
        }
    }

    /// Changes a job; everything but its name may change. Slots that passed stay as they are recorded.
    /// - Throws: `notFound`, and as `add`; `conflict` if `change` gives another name.
    package func update(
        _ name: JobName, at time: Timestamp, _ change: (inout JobDefinition) throws -> Void
    ) throws -> ScheduledJob {
        try store.write("job") { database in
            let id = try Self.existing(name, database)
            let old = try Self.job(id, database)
            var definition = old.definition
            try change(&definition)
            guard definition.name == name else {
                throw Fault(.conflict, "a job keeps its name", hint: "add another job and delete '\(name)'")
            }
            let timing = try JobTiming(definition)
            let isOtherTime =
                definition.expression != old.definition.expression || definition.timezone != old.definition.timezone
                || definition.jitterSeconds != old.definition.jitterSeconds
                || definition.isEnabled != old.definition.isEnabled
            if isOtherTime {
                let word = definition.isEnabled ? "changed" : "disabled"
                try Self.missSlots(of: id, word, isUntold: true, time, database)
            }
            let assignments = JobRow.columns.map { "\($0) = ?" }.joined(separator: ", ")
            try database.execute(
                sql: "UPDATE jobs SET \(assignments), changed_at = ? WHERE id = ?",
                arguments: StatementArguments(JobRow.values(definition) + [time.milliseconds, id]))
            try Self.setDependencies(of: id, definition, database)
            if isOtherTime {
                try database.execute(
                    sql: "UPDATE jobs SET settled_until = ?, next_due = ? WHERE id = ?",
                    arguments: [
                        time.milliseconds, definition.isEnabled ? timing.due(after: time.milliseconds) : nil, id,
                    ])
            }
            if old.definition.isEnabled && !definition.isEnabled {
                try Self.dropWaiting(of: id, "the job was disabled", time, database)
            }
            if definition.alertAfterSeconds != old.definition.alertAfterSeconds || isOtherTime {
                try database.execute(
                    sql: "UPDATE jobs SET alert_at = ?, is_overdue = 0 WHERE id = ?",
                    arguments: [Self.firstAlert(definition, time), id])
            }
            return try Self.job(id, database)
        }
    }

    /// Deletes a job. Its history stays, what runs goes on, what waits is cancelled. - Throws: `notFound`.
    package func delete(_ name: JobName, at time: Timestamp) throws {
        try store.write("job") { database in
            let id = try Self.existing(name, database)
            try Self.missSlots(of: id, "deleted", isUntold: false, time, database)
            try database.execute(
                sql: "UPDATE jobs SET deleted_at = ?, next_due = NULL, alert_at = NULL WHERE id = ?",
                arguments: [time.milliseconds, id])
            try Self.dropWaiting(of: id, "the job was deleted", time, database)
        }
    }

    /// Every slot is on record, also one that passed before a change which makes the job forget it.
    private static func missSlots(
        of job: Int64, _ word: String, isUntold: Bool, _ time: Timestamp, _ database: Database
    ) throws {
        let pass = try LedgerPass(database, now: time.milliseconds, claimer: "")
        try pass.missSlots(
            of: job, "nobody looked for due jobs before the job was \(word)", isUntold: isUntold)
    }

    private static func dropWaiting(of job: Int64, _ reason: String, _ time: Timestamp, _ database: Database) throws {
        try database.execute(
            sql: """
                UPDATE runs SET status = 'cancelled', ended_at = ?, reason = ?
                WHERE job_id = ? AND ended_at IS NULL AND status IN ('pending', 'blocked')
                """, arguments: [time.milliseconds, reason, job])
    }

    /// Enables or disables a job: slots that pass meanwhile are not made up for, what waits is cancelled, what runs goes
    /// on. - Throws: `notFound`.
    package func setEnabled(_ name: JobName, _ isEnabled: Bool, at time: Timestamp) throws -> ScheduledJob {
        try update(name, at: time) { $0.isEnabled = isEnabled }
    }

    /// All jobs, by name.
    package func jobs() throws -> [ScheduledJob] {
        try store.read { database in
            let dependencies = try Self.dependencies(database)
            return try Row.fetchAll(database, sql: "SELECT * FROM jobs WHERE deleted_at IS NULL ORDER BY name")
                .map { try Self.job($0, dependencies[$0["id"]] ?? []) }
        }
    }

    package func job(_ name: JobName) throws -> ScheduledJob? {
        try store.read { database in
            try Self.id(of: name, database).map { try Self.job($0, database) }
        }
    }

    /// Names that begin so, sorted; for completion.
    package func names(startingWith prefix: String = "") throws -> [String] {
        try store.read { database in
            try String.fetchAll(
                database,
                sql: """
                    SELECT name FROM jobs WHERE deleted_at IS NULL AND substr(name, 1, length(:prefix)) = :prefix
                    ORDER BY name
                    """, arguments: ["prefix": prefix])
        }
    }

    private static func firstAlert(_ job: JobDefinition, _ time: Timestamp) -> Int64? {
        guard job.isEnabled, let seconds = job.alertAfterSeconds else { return nil }
        return time.milliseconds + Int64(seconds) * 1000
    }
}
