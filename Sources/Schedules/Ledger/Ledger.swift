import DebVisorCore
import GRDB
import Storage

/// The transactions in which runs come to be, begin and end.
///
/// Each takes the write lock from its start and is durable when it returns. Every change of a run's status compares the
/// old one, and the claim where a process holds one, before it sets the new: of two that race, one finds nothing to do.
struct Ledger: Sendable {
    let store: ScheduleStore

    /// At most so many slots that a policy of `all` makes up for at once.
    static let catchUpLimit = 24
    /// At most so many slots of a job get a row each in one look; older ones share one.
    static let recordLimit = 500
    /// A slot that nobody looked at for so many milliseconds was missed.
    static let lateness: Int64 = 120_000
    /// Milliseconds of waiting that a level of priority is worth.
    static let levelWorth: Int64 = 600_000

    /// A run that a process has taken upon itself to start.
    struct Claim: Sendable, Hashable {
        var number: Int64
        /// Counts how often the run was claimed: what an earlier claimer writes is told apart by it.
        var claim: Int64
    }

    /// What a look for due jobs decided.
    struct Decision: Sendable {
        var claims: [Claim] = []
        /// Running runs that must end, because another one replaces them.
        var ending: [Int64] = []
    }

    /// Records all slots that passed, and claims what may run now.
    /// - Parameter claimer: boot id and identity of this process; see `ClaimHolder`.
    func look(at now: Timestamp, claimer: String) throws -> Decision {
        try store.store.write("ledger-claim") { database in
            let pass = try LedgerPass(database, now: now.milliseconds, claimer: claimer)
            try pass.noticeClock()
            try pass.recordSlots()
            try pass.expireWaiting()
            try pass.raiseAlerts()
            try pass.admit()
            try pass.noteTick()
            return pass.decision
        }
    }

    /// Claims waiting runs that may run now, without looking for new slots: what a run that ends does for the next.
    func admitWaiting(at now: Timestamp, claimer: String) throws -> Decision {
        let isAnyoneWaiting = try store.store.read { database in
            try Bool.fetchOne(
                database,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM runs INDEXED BY runs_waiting
                        WHERE ended_at IS NULL AND status IN ('pending', 'blocked') AND due_at <= ?)
                    """, arguments: [now.milliseconds]) ?? false
        }
        guard isAnyoneWaiting else { return Decision() }
        return try store.store.write("ledger-claim") { database in
            let pass = try LedgerPass(database, now: now.milliseconds, claimer: claimer)
            try pass.expireWaiting()
            try pass.admit()
            return pass.decision
        }
    }
}
