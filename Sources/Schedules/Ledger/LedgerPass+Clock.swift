import DebVisorCore
import GRDB
import Platform

/// When somebody last looked, by the clock on the wall and by the one that nobody sets.
struct LastTick {
    var wall: Int64
    var sinceBoot: Int64
    var bootID: String

    static func read(_ database: Database) throws -> LastTick? {
        let text = try String.fetchOne(database, sql: "SELECT value FROM settings WHERE name = 'last-tick'") ?? ""
        let parts = text.split(separator: " ")
        guard parts.count == 3, let wall = Int64(parts[0]), let sinceBoot = Int64(parts[1]) else { return nil }
        return LastTick(wall: wall, sinceBoot: sinceBoot, bootID: String(parts[2]))
    }

    func write(_ database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO settings VALUES ('last-tick', ?)",
            arguments: ["\(wall) \(sinceBoot) \(bootID)"])
    }
}

extension LedgerPass {
    /// A clock that was set back: slots from now on are looked for again, but one that has a row is not issued twice.
    func noticeClock() throws {
        guard let last = try LastTick.read(database), last.wall - now >= 60_000 else { return }
        try event(.clockSetBack, "the clock was set back by \((last.wall - now) / 1000) s; slots that ran stay settled")
        try forgetWhatNeverRan()
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT id, name, cron_expression, timezone, jitter, forgotten_until FROM jobs
                WHERE settled_until > ? AND next_due > 0
                """, arguments: [now])
        for row in rows {
            let settled = max(now, row["forgotten_until"])
            guard let due = try? timing(row).due(after: settled) else { continue }
            try execute(
                "UPDATE jobs SET settled_until = ?, next_due = ? WHERE id = ?", [settled, due, row["id"] as Int64])
        }
        try execute(
            "UPDATE jobs SET alert_at = ?1 + alert_after * 1000 WHERE alert_at > ?1 + alert_after * 1000", [now])
        try execute(
            "UPDATE runs SET due_at = ?1, rank = ?1 WHERE ended_at IS NULL AND created_at > ?1 AND due_at > ?1", [now])
    }

    /// What a clock that was ahead has written off for times that are still to come will run when they do.
    private func forgetWhatNeverRan() throws {
        let never = """
            SELECT slots.id FROM slots WHERE scheduled_for > ?1 AND NOT EXISTS (
                SELECT 1 FROM runs WHERE slot_id = slots.id AND status NOT IN ('missed', 'merged', 'skipped'))
            """
        try execute("DELETE FROM runs WHERE slot_id IN (\(never))", [now])
        try execute(
            """
            DELETE FROM slots WHERE scheduled_for > ?1 AND NOT EXISTS (SELECT 1 FROM runs WHERE slot_id = slots.id)
            """, [now])
    }

    func noteTick() throws {
        let sinceBoot = Int64(ProcessTime.sinceBoot * 1000)
        try LastTick(wall: now, sinceBoot: sinceBoot, bootID: Host.bootID ?? "-").write(database)
    }

    /// Needs the columns name, cron_expression, timezone and jitter.
    func timing(_ row: Row) throws -> JobTiming {
        let text: String = row["cron_expression"]
        guard let expression = try? CronExpression(text) else { throw JobRow.malformed("expression '\(text)'") }
        return JobTiming(
            CronSchedule(expression, try rules(of: row["timezone"])),
            jitterSeconds: JobTiming.jitter(of: row["name"], upTo: row["jitter"]))
    }
}
