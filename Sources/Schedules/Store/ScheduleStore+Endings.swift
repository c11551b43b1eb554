import DebVisorCore
import GRDB
import Storage

extension ScheduleStore {
    /// The most endings that are handed out at a time.
    private static let page = 1000

    /// What ended since `forgetEndings`; nil if nothing did, which is one look at an empty table.
    package func endings() throws -> RunEndings? {
        try store.read { database in
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT id, job, status, started_at, ended_at FROM endings ORDER BY id LIMIT \(Self.page)")
            guard !rows.isEmpty else { return nil }
            let endings = try rows.map { row in
                RunEnding(
                    number: row[0], job: JobName(stored: row[1]), status: try JobRow.word(row[2]),
                    startedAt: (row[3] as Int64?).map(Timestamp.init(milliseconds:)),
                    endedAt: Timestamp(milliseconds: row[4]))
            }
            return RunEndings(
                ledger: try Self.ledger(database), newest: try Self.newestEnding(database), endings: endings)
        }
    }

    /// The ledger and the largest number that an ending of it ever had.
    package func lastEnding() throws -> (ledger: String, number: Int64) {
        try store.read { (try Self.ledger($0), try Self.newestEnding($0)) }
    }

    /// Those up to this number were taken in.
    package func forgetEndings(upTo number: Int64) throws {
        try store.write("run-endings") {
            try $0.execute(sql: "DELETE FROM endings WHERE id <= ?", arguments: [number])
        }
    }

    private static func newestEnding(_ database: Database) throws -> Int64 {
        try Int64.fetchOne(database, sql: "SELECT seq FROM sqlite_sequence WHERE name = 'endings'") ?? 0
    }
}
