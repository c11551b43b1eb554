import DebVisorCore
import GRDB

/// What jobs depend on, inside a transaction.
extension ScheduleStore {
    /// By the id of the job that has them; in the order of their targets.
    static func dependencies(_ database: Database, of job: Int64? = nil) throws -> [Int64: [JobDependency]] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT dependencies.job_id, target, kind, within, jobs.id
                FROM dependencies LEFT JOIN jobs ON jobs.name = target AND jobs.deleted_at IS NULL
                WHERE :job IS NULL OR dependencies.job_id = :job ORDER BY dependencies.job_id, kind DESC, target
                """, arguments: ["job": job])
        var result: [Int64: [JobDependency]] = [:]
        for row in rows {
            result[row[0], default: []].append(
                JobDependency(
                    jobID: row[0], dependencyID: row[4], target: row[1], kind: try JobRow.word(row[2]),
                    withinSeconds: row[3]))
        }
        return result
    }

    /// Replaces what a job depends on.
    /// - Throws: `notFound` for a requirement that does not exist and was not there before, `conflict` for a cycle.
    static func setDependencies(of id: Int64, _ job: JobDefinition, _ database: Database) throws {
        let before = try dependencies(database, of: id)[id] ?? []
        try database.execute(sql: "DELETE FROM dependencies WHERE job_id = ?", arguments: [id])
        let insertion = try database.makeStatement(
            sql: "INSERT OR IGNORE INTO dependencies (job_id, kind, target, within) VALUES (?, ?, ?, ?)")
        for requirement in job.requirements {
            let name = requirement.job
            let isOld = before.contains { $0.target == name.text && $0.kind == .require }
            if !isOld { _ = try existing(name, database) }
            try insertion.execute(arguments: [id, "REQUIRE", name.text, requirement.withinSeconds])
        }
        for conflict in job.conflicts {
            guard conflict != .job(job.name) else {
                throw Fault(
                    .usage, "job '\(job.name)' cannot conflict with itself",
                    hint: "'--overlap skip' or 'queue' keeps its runs apart")
            }
            try insertion.execute(arguments: [id, "CONFLICT", conflict.description, nil])
        }
        if let cycle = try cycle(through: job.name.text, database) {
            throw Fault(
                .conflict, "the requirements would close a circle: \(cycle.joined(separator: " requires "))",
                hint: "none of these jobs could ever run")
        }
    }

    /// The names of a way from a job back to itself.
    private static func cycle(through name: String, _ database: Database) throws -> [String]? {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT jobs.name, target FROM dependencies JOIN jobs ON jobs.id = job_id
                WHERE kind = 'REQUIRE' AND deleted_at IS NULL ORDER BY target
                """)
        let required = Dictionary(grouping: rows) { $0[0] as String }.mapValues { $0.map { $0[1] as String } }
        var cameFrom: [String: String] = [:]
        var waiting = [name]
        while let job = waiting.popLast() {
            for next in required[job] ?? [] {
                if next == name {
                    var way = [name, job]
                    while let last = way.last, last != name, let before = cameFrom[last] { way.append(before) }
                    return job == name ? [name, name] : way.reversed()
                }
                guard cameFrom[next] == nil else { continue }
                cameFrom[next] = job
                waiting.append(next)
            }
        }
        return nil
    }
}
