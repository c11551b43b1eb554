package import DebVisorCore
import GRDB
import Storage

extension AnomalyStore {
    /// Notes down that the findings of a series in a stretch of time are false alarms; what was told before stays as it is.
    ///
    /// - Parameters:
    ///   - id: the number of the series.
    ///   - from: the time of the first finding at least.
    ///   - until: the time of the last finding at most.
    /// - Returns: nil if nothing was found there.
    package func tellFalse(
        _ id: UInt64, from: Timestamp, until: Timestamp, by person: String, at time: Timestamp
    ) throws -> FalseAlarmChange? {
        let found = try findings(of: id, since: from, until: until)
        guard let first = found.first else { return nil }
        let told = try falseAlarms(of: id)
        let times = Set(told.map(\.time))
        let new = found.filter { !times.contains($0.time) }
        let recent = try findings(of: id, since: time.adding(milliseconds: -Self.recent), until: time)
        if !new.isEmpty { try insert(new, of: first.series.label, by: person, at: time) }
        let known = told.filter { alarm in found.contains { $0.time == alarm.time } }
        return FalseAlarmChange(
            findings: found, known: known, before: EvidenceWeights(told),
            after: new.isEmpty ? EvidenceWeights(told) : EvidenceWeights(try falseAlarms(of: id)),
            recent: recent.reversed())
    }

    private static let recent = Int64(FalseAlarmChange.days) * 86_400_000

    private func insert(
        _ findings: [Finding], of label: SeriesLabel, by person: String, at time: Timestamp
    ) throws {
        try store.write("detect-feedback") { database in
            let series = try SeriesTable.row(of: label, database)
            for finding in findings {
                try database.execute(
                    sql: """
                        INSERT INTO false_alarms (series_id, time, finding_id, evidence, told_by, told_at)
                        VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (series_id, time) DO NOTHING
                        """,
                    arguments: [
                        series, finding.time.milliseconds, finding.id, finding.speakers.joined(separator: " "), person,
                        time.milliseconds,
                    ])
            }
        }
    }

    /// Takes back what was told of some findings, by their numbers; those of which nothing was told are passed over.
    package func deleteFalseAlarms(of findings: some Sequence<Int64>) throws {
        try store.write("detect-feedback") { database in
            for finding in findings {
                try database.execute(sql: "DELETE FROM false_alarms WHERE finding_id = ?", arguments: [finding])
            }
            try SeriesTable.sweep(database)
        }
    }
}

extension AnomalyStore {
    /// By metric and tags, then by time. - Parameter tags: those that the series has at least.
    package func falseAlarms(_ metric: String? = nil, _ tags: [String: String] = [:]) throws -> [FalseAlarm] {
        let (condition, values) = try SeriesTable.condition(metric, tags)
        return try falseAlarms(where: condition, StatementArguments(values))
    }

    /// Of one series, by time.
    package func falseAlarms(of id: UInt64) throws -> [FalseAlarm] {
        try falseAlarms(where: "series.hash = ?", [Int64(bitPattern: id)])
    }

    private func falseAlarms(where condition: String, _ arguments: StatementArguments) throws -> [FalseAlarm] {
        try store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT finding_id, time, evidence, told_by, told_at, \(SeriesTable.columns)
                    FROM false_alarms JOIN series ON series.id = false_alarms.series_id
                    WHERE \(condition) ORDER BY series.metric, series.tags, time
                    """, arguments: arguments
            ).map { row in
                FalseAlarm(
                    finding: row[0], series: try SeriesTable.label(row, from: 5), time: Timestamp(milliseconds: row[1]),
                    evidence: (row[2] as String).split(separator: " ").map(String.init), toldBy: row[3],
                    toldAt: Timestamp(milliseconds: row[4]))
            }
        }
    }

    /// The weights of one series.
    package func weights(of id: UInt64) throws -> EvidenceWeights { EvidenceWeights(try falseAlarms(of: id)) }

    /// The weights of all series that false alarms have lowered, by the numbers of the series.
    package func weights() throws -> [UInt64: EvidenceWeights] {
        Dictionary(grouping: try falseAlarms(), by: \.series.id).mapValues { EvidenceWeights($0) }
    }
}
