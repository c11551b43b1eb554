package import DebVisorCore
import GRDB
package import Platform
import Storage

extension ScheduleStore {
    /// What a run has written so far. Empty if nothing was kept.
    package func output(of run: RunID, _ stream: RunOutput.Stream) throws -> RunOutput {
        try RunFiles(run.number, in: directory).output(stream)
    }

    /// Removes what exceeds the retention that is set. - Returns: how many runs and bytes of output went.
    ///
    /// Files go first: a crash leaves runs without output, never output without a run.
    package func applyRetention(at time: Timestamp) throws -> (runs: Int, bytes: Int64) {
        let (runs, outputs) = try store.read { database in
            let limits = try Self.settings(database).retention
            return (
                try RetentionScan(limits, time).runs(database), try RetentionScan(limits, time).outputs(database)
            )
        }
        var bytes: Int64 = 0
        for run in runs + outputs where run.keptBytes > 0 {
            RunFiles(run.number, in: directory).removeAll()
            bytes += run.keptBytes
        }
        guard !runs.isEmpty || !outputs.isEmpty else { return (0, 0) }
        try store.write("retention") { database in
            let empty = try database.makeStatement(sql: "UPDATE runs SET kept_bytes = 0 WHERE id = ?")
            for run in outputs { try empty.execute(arguments: [run.number]) }
            let deletion = try database.makeStatement(sql: "DELETE FROM runs WHERE id = ?")
            let slots = try database.makeStatement(
                sql: "DELETE FROM slots WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM runs WHERE slot_id = ?1)")
            // What ran stays settled, also for a clock that is set back.
            let settling = try database.makeStatement(
                sql: """
                    UPDATE jobs SET forgotten_until = max(forgotten_until, scheduled_for)
                    FROM slots WHERE slots.id = ? AND jobs.id = slots.job_id
                    """)
            for run in runs {
                if let slot = run.slot, run.isSettled { try settling.execute(arguments: [slot]) }
                try deletion.execute(arguments: [run.number])
                if let slot = run.slot { try slots.execute(arguments: [slot]) }
            }
            try Self.forgetRest(database)
        }
        return (runs.count, bytes)
    }

    /// Old events, and deleted jobs that nothing names any more.
    private static func forgetRest(_ database: Database) throws {
        try database.execute(
            sql: """
                DELETE FROM events WHERE untold IS NULL AND id <= (SELECT max(id) FROM events) - 10000;
                DELETE FROM jobs WHERE deleted_at IS NOT NULL
                    AND NOT EXISTS (SELECT 1 FROM runs WHERE job_id = jobs.id)
                    AND NOT EXISTS (SELECT 1 FROM slots WHERE job_id = jobs.id)
                    AND NOT EXISTS (SELECT 1 FROM events WHERE job_id = jobs.id)
                """)
    }

    /// `applyRetention`, at most once an hour.
    func retainHourly(at time: Timestamp) throws {
        let isDue = try store.read { database in
            let last = try Int64.fetchOne(database, sql: "SELECT value FROM settings WHERE name = 'retained-at'") ?? 0
            return time.milliseconds - last > 3_600_000 || last > time.milliseconds
        }
        guard isDue else { return }
        _ = try applyRetention(at: time)
        try store.write("retention") {
            try $0.execute(
                sql: "INSERT OR REPLACE INTO settings VALUES ('retained-at', ?)", arguments: [time.milliseconds])
        }
    }

    /// Puts the output of all runs out of the way, for another ledger has runs of the same numbers.
    /// - Parameter ledger: whose they are: the end of the name that their directory gets.
    package static func setOutputAside(in directory: StateDirectory, as ledger: String) throws {
        let folder = directory.file(RunFiles.folder)
        guard Directory.exists(folder) else { return }
        var name = "\(folder).of-\(ledger)"
        while Directory.exists(name) { name += "-older" }
        try Directory.rename(folder, to: name, "run-directory")
    }
}
