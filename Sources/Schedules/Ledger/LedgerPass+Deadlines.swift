import GRDB

extension LedgerPass {
    /// Runs whose time to begin is over.
    func expireWaiting() throws {
        try execute(
            """
            UPDATE runs SET status = 'missed', ended_at = ?1, untold = 1,
                reason = 'it could not begin in time: ' || coalesce(reason, 'it waited')
            WHERE ended_at IS NULL AND status IN ('pending', 'blocked') AND start_by < ?1
            """, [now])
    }

    /// Jobs that have not completed for too long: one event each, until they have.
    func raiseAlerts() throws {
        let late = try Row.fetchAll(
            database, sql: "SELECT id, name, alert_after FROM jobs WHERE alert_at <= ?", arguments: [now])
        for job in late {
            let seconds: Int64 = job["alert_after"] ?? 0
            try event(.overdue, "no run of '\(job["name"] as String)' has completed for \(seconds) s", job: job["id"])
            try execute("UPDATE jobs SET alert_at = NULL, is_overdue = 1 WHERE id = ?", [job["id"] as Int64])
        }
    }
}
