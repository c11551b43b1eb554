import DebVisorCore
import GRDB
import GRDBSQLite
import Storage
import Testing

@testable import Schedules

/// However long the history is, a page of it costs what the page holds: SQLite's own count of the steps that it takes
/// stays the same when there are ten times as many runs, and no plan reads a table from one end to the other.
@Suite struct QueryPlanTests {
    private static let jobs = 50

    /// Runs of 50 jobs, one a minute; every thousandth failed.
    private static func fixture(runs count: Int) throws -> ScheduleFixture {
        let fixture = try ScheduleFixture()
        for number in 0..<jobs { try fixture.add("job\(number)") }
        try fixture.store.store.write("test") { database in
            try database.execute(
                sql: """
                    WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < \(count))
                    INSERT INTO runs (job_id, attempt, status, rank, due_at, waits, created_at, started_at, ended_at)
                    SELECT n % \(jobs) + 1, 1, CASE WHEN n / 2 % 500 = 7 THEN 'failed' ELSE 'completed' END,
                        n, n * 60000, 0, n * 60000, n * 60000, n * 60000 + 500 FROM number
                    """)
        }
        return fixture
    }

    private static func queries(newest: Int64) throws -> [RunQuery] {
        var queries: [RunQuery] = []
        for job in [nil, try JobName("job15")] {
            for statuses in [[], [.failed], [.failed, .lost]] as [Set<RunStatus>] {
                for since in [nil, newest - 86_400_000, newest - 3_000_000_000] as [Int64?] {
                    var query = RunQuery(job: job)
                    query.statuses = statuses
                    query.since = since.map(Timestamp.init(milliseconds:))
                    query.limit = 10
                    queries.append(query)
                    query.until = Timestamp(milliseconds: newest - 600_000)
                    queries.append(query)
                }
            }
        }
        return queries
    }

    @Test func aPageCostsNoMoreInALongHistory() throws {
        let sizes = [20_000, 200_000]
        let fixtures = try sizes.map(Self.fixture)
        let queries = try sizes.map { try Self.queries(newest: Int64($0) * 60_000) }
        for (short, long) in zip(queries[0], queries[1]) {
            var found = [0, 0]
            let few = try Self.steps(fixtures[0]) { found[0] = try fixtures[0].store.history(short).count }
            let many = try Self.steps(fixtures[1]) { found[1] = try fixtures[1].store.history(long).count }
            #expect(found.allSatisfy { $0 > 0 }, "\(found): \(long)")
            #expect(many <= few + few / 2 + 1000, "\(few) steps over 20,000 runs, \(many) over 200,000: \(long)")
        }
    }

    @Test func lookingAndListingScanNothing() throws {
        let sizes = [20_000, 200_000]
        let steps = try sizes.map { size in
            let fixture = try Self.fixture(runs: size)
            let last = try fixture.store.run("\(size)").id
            return try [
                Self.steps(fixture) { _ = try fixture.ledger.outlook(at: fixture.now) },
                Self.steps(fixture) { _ = try fixture.store.current() },
                Self.steps(fixture) { _ = try fixture.store.current(of: try JobName("job7")) },
                Self.steps(fixture) { _ = try fixture.store.untold() },
                Self.steps(fixture) { _ = try fixture.store.due(at: fixture.now) },
                Self.steps(fixture) { _ = try fixture.ledger.running() },
                Self.steps(fixture) { _ = try fixture.store.output(of: last, .output) },
                Self.steps(fixture) { try fixture.look() },
            ]
        }
        for (few, many) in zip(steps[0], steps[1]) { #expect(many <= few + few / 2 + 1000, "\(steps)") }
    }

    @Test func noPlanReadsAllRuns() throws {
        let fixture = try Self.fixture(runs: 1000)
        let statements = Statements()
        try fixture.store.store.read { database in
            database.trace { statements.add($0.expandedDescription) }
        }
        for query in try Self.queries(newest: 60_000_000) { _ = try fixture.store.history(query) }
        try fixture.store.store.read { $0.trace(options: []) }
        let questions = statements.all.filter { $0.hasPrefix("SELECT") && $0.contains("FROM runs") }
        #expect(questions.count > 30)
        for question in Set(questions) {
            let plan = try fixture.store.store.read { database in
                try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN \(question)").map { $0["detail"] as String }
            }
            // By the number of the run or an index; what is left to be sorted would be read whole first.
            #expect(plan.allSatisfy { !$0.hasPrefix("SCAN") && !$0.contains("TEMP B-TREE") }, "\(question): \(plan)")
        }
    }

    /// How many instructions SQLite's machine runs, in hundreds.
    private static func steps(_ fixture: ScheduleFixture, _ body: () throws -> Void) throws -> Int {
        let counter = Statements()
        let handle = Unmanaged.passUnretained(counter).toOpaque()
        try fixture.store.store.read { database in
            sqlite3_progress_handler(
                database.sqliteConnection, 100,
                { pointer in
                    pointer.map { Unmanaged<Statements>.fromOpaque($0).takeUnretainedValue().count += 1 }
                    return 0
                }, handle)
        }
        try body()
        try fixture.store.store.read { sqlite3_progress_handler($0.sqliteConnection, 0, nil, nil) }
        return counter.count * 100
    }
}

/// What a connection does; one thread at a time.
private final class Statements: @unchecked Sendable {
    var count = 0
    private(set) var all: [String] = []
    func add(_ text: String) { all.append(text) }
}
