package import DebVisorCore
import GRDB
import Storage

/// A job that is to complete now and then, and whether it has.
package struct JobPunctuality: Sendable, Hashable {
    package var job: JobName
    package var alertAfterSeconds: Int
    /// Since when a run should have completed; nil: it is in time.
    package var overdueSince: Timestamp?
    /// When a run last ended, well or not.
    package var lastEndedAt: Timestamp?
    package var lastStatus: RunStatus?
}

extension ScheduleStore {
    /// The enabled jobs that have a longest time between completed runs, by name. A job is overdue from that moment on, also
    /// if nobody looks for due jobs any more.
    package func punctuality(at now: Timestamp) throws -> [JobPunctuality] {
        try store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT name, alert_after, last_ended_at, last_status, CASE
                        WHEN is_overdue THEN coalesce(
                            (SELECT max(at) FROM events WHERE job_id = jobs.id AND kind = 'overdue'), :now - 1000)
                        WHEN alert_at <= :now THEN alert_at END
                    FROM jobs WHERE deleted_at IS NULL AND enabled AND alert_after IS NOT NULL ORDER BY name
                    """, arguments: ["now": now.milliseconds]
            ).map { row in
                JobPunctuality(
                    job: JobName(stored: row[0]), alertAfterSeconds: row[1],
                    overdueSince: (row[4] as Int64?).map(Timestamp.init(milliseconds:)),
                    lastEndedAt: (row[2] as Int64?).map(Timestamp.init(milliseconds:)),
                    lastStatus: try (row[3] as String?).map { try JobRow.word($0) })
            }
        }
    }

    /// The newest events of some kinds, the oldest of them first.
    package func events(_ kinds: Set<ScheduleEvent.Kind>, since: Timestamp, limit: Int = 10_000) throws
        -> [ScheduleEvent]
    {
        try events(limit: limit).filter { kinds.contains($0.kind) && $0.at >= since }.reversed()
    }
}
