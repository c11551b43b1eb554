import DebVisorCore
import GRDB

/// One page of the history. Every question is answered by an index from its newest row on: with several statuses each
/// is asked for by itself, and the answers are merged.
struct HistoryPage {
    let query: RunQuery

    init(_ query: RunQuery) { self.query = query }

    func runs(_ database: Database) throws -> [JobRun] {
        let jobs = try query.job.map { name in
            let ids = try Int64.fetchAll(
                database, sql: "SELECT id FROM jobs WHERE name = ? ORDER BY id DESC", arguments: [name.text])
            guard !ids.isEmpty else {
                throw Fault(.notFound, "there is no job '\(name)'", hint: "see 'debvisor schedule list'")
            }
            return ids.map(Optional.some)
        }
        let first = try number(notBefore: query.since, database) ?? 1
        let end = min(query.before ?? .max, try query.until.flatMap { try number(after: $0, database) } ?? .max)
        var numbers: [Int64] = []
        for job in jobs ?? [nil] {
            let statuses: [RunStatus?] = query.statuses.isEmpty ? [nil] : Array(query.statuses)
            for status in statuses { numbers += try page(job, status, first..<max(first, end), database) }
        }
        return try numbers.sorted(by: >).prefix(query.limit).compactMap { try ScheduleStore.run($0, database) }
    }

    private func page(_ job: Int64?, _ status: RunStatus?, _ range: Range<Int64>, _ database: Database) throws
        -> [Int64]
    {
        var conditions = ["id >= ?", "id < ?"]
        var arguments: StatementArguments = [range.lowerBound, range.upperBound]
        if let job {
            conditions.append("job_id = ?")
            arguments += [job]
        }
        if let status {
            conditions.append("status = ?")
            arguments += [status.rawValue]
        }
        let index =
            switch (job, status) {
            case (nil, nil): "NOT INDEXED"
            case (nil, _): "INDEXED BY runs_of_status"
            case (_, nil): "INDEXED BY runs_of_job"
            case (_, _): "INDEXED BY runs_of_job_and_status"
            }
        return try Int64.fetchAll(
            database,
            sql: """
                SELECT id FROM runs \(index) WHERE \(conditions.joined(separator: " AND "))
                ORDER BY id DESC LIMIT \(max(0, query.limit))
                """, arguments: arguments)
    }

    /// Numbers grow with time; where a clock was set back, the edge is that of the first row.
    private func number(notBefore time: Timestamp?, _ database: Database) throws -> Int64? {
        guard let time else { return nil }
        return try Int64.fetchOne(
            database, sql: "SELECT id FROM runs WHERE created_at >= ? ORDER BY created_at, id LIMIT 1",
            arguments: [time.milliseconds]) ?? .max
    }

    private func number(after time: Timestamp, _ database: Database) throws -> Int64? {
        try Int64.fetchOne(
            database, sql: "SELECT id FROM runs WHERE created_at > ? ORDER BY created_at, id LIMIT 1",
            arguments: [time.milliseconds])
    }
}
