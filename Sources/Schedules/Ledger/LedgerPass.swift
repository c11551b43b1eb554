import DebVisorCore
import GRDB
import Platform

/// One look at the ledger inside one transaction.
final class LedgerPass {
    let database: Database
    /// Milliseconds.
    let now: Int64
    let claimer: String
    let settings: ScheduleSettings
    var decision = Ledger.Decision()
    /// Runs that this look has recorded and that have not been decided upon, with their jobs.
    var fresh: [Int64: Int64] = [:]
    private var zones: [String: TimeZoneRules] = [:]

    init(_ database: Database, now: Int64, claimer: String) throws {
        self.database = database
        self.now = now
        self.claimer = claimer
        settings = try ScheduleStore.settings(database)
    }

    func rules(of zone: String) throws -> TimeZoneRules {
        if let rules = zones[zone] { return rules }
        do throws(TimeZoneError) {
            let rules = try TimeZoneRules.load(named: zone)
            zones[zone] = rules
            return rules
        } catch {
            throw Fault(error)
        }
    }

    func execute(_ sql: String, _ arguments: StatementArguments = []) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    func event(_ kind: ScheduleEvent.Kind, _ text: String, job: Int64? = nil) throws {
        try execute(
            "INSERT INTO events (kind, job_id, at, text, untold) VALUES (?, ?, ?, ?, 1)",
            [kind.rawValue, job, now, text])
    }

    /// The rank of a run: who is due earlier starts earlier, and a level of priority is worth some waiting.
    static func rank(dueAt: Int64, _ priority: JobPriority) -> Int64 { dueAt - priority.level * Ledger.levelWorth }
}
