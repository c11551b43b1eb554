import DebVisorCore
import GRDB
import Storage

extension Ledger {
    /// Drops a run that waits, or notes that a running one must end. - Throws: `notFound`, `conflict` if it has ended.
    func cancel(_ number: Int64, _ reason: String, at now: Timestamp) throws -> JobRun {
        try store.store.write("ledger-cancel") { database in
            guard let run = try ScheduleStore.run(number, database) else { throw ScheduleStore.noRun("\(number)") }
            guard !run.isFinal else {
                throw Fault(.conflict, "run \(number) has ended already", cause: "it is \(run.status.rawValue)")
            }
            if run.status == .running {
                try database.execute(
                    sql: "UPDATE runs SET cancel_reason = coalesce(cancel_reason, ?) WHERE id = ?",
                    arguments: [reason, number])
            } else {
                try database.execute(
                    sql: "UPDATE runs SET status = 'cancelled', ended_at = ?, reason = ? WHERE id = ?",
                    arguments: [now.milliseconds, reason, number])
            }
            return try ScheduleStore.run(number, database) ?? run
        }
    }
}
