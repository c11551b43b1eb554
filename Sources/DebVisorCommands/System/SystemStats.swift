import CommandKit
import DebVisorCore
import Platform
import Schedules
import Storage

/// `debvisor system stats`
struct SystemStats: ReadingCommand {
    static let info = CommandInfo(
        "stats", "Show what the stores hold, and how much of the disk they take",
        discussion: """
            Of each store its file, its write-ahead log, pages that hold nothing any more, the rows of its tables, its oldest \
            and newest entry, and when it last changed. Counting reads the stores through; 'debvisor system info' does not. \
            Runs that are going on, and those that ended, are counted by status. Of a store that cannot be read nothing is \
            known but where it is; it is named, and the status is 3.
            """,
        examples: [
            Example("debvisor system stats", "sizes and rows", prints: "metrics"),
            Example("debvisor system stats -o json", "the rows of each table, for a program", prints: #""tables": ["#),
        ],
        statuses: .ofAStore + [.partial], prints: SystemStatistics.self)

    func run(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        try await Worker.run { Self.report(of: context) }
    }

    private static func report(of context: AppContext) -> Report {
        let directory = context.stateDirectory
        var failures: [ItemFailure] = []
        func counted<Value>(_ store: StoreDescription, _ body: () throws -> Value) -> Value? {
            do { return try body() } catch {
                // One word on each store.
                if !failures.contains(where: { $0.item == store.name }) {
                    failures.append(ItemFailure(store.name, error))
                }
                return nil
            }
        }
        let stores = Stores.all.map { store in
            counted(store) { try Store.statistics(store, in: directory) }
                ?? StoreStatistics(name: store.name, path: directory.file(store.path))
        }
        let jobs = counted(ScheduleStore.store) { try context.existingScheduleStore()?.statistics() ?? [] } ?? []
        var runs: [String: Int] = [:]
        for (status, count) in jobs.flatMap(\.counts) { runs[status.rawValue, default: 0] += count }
        var report = Report.one(
            SystemStatistics(
                stores: stores, runs: runs, freeDiskBytes: try? Directory.freeBytes(at: directory.path)))
        report.failures = failures
        return report
    }
}

/// All stores together.
struct SystemStatistics: Record {
    var stores: [StoreStatistics]
    /// By status.
    var runs: [String: Int]
    var freeDiskBytes: UInt64?

    static var fields: [Field<SystemStatistics>] {
        [
            .bytes("size_bytes", "Bytes of all files and logs") { $0.sum { $0.fileBytes + $0.logBytes } },
            .bytes("free_bytes", "Of those, in pages that hold nothing") { $0.sum(\.freeBytes) },
            .int("rows", "Rows of all tables") { $0.stores.reduce(0) { $0 + $1.rows } },
            .bytes("disk_free_bytes", "What is free on the disk that they lie on") { $0.freeDiskBytes },
            .int("runs", "Runs of jobs in the history") { $0.runs.values.reduce(0, +) },
            .records("runs_by_status", "How many of these are how") { record in
                record.runs.sorted { $0.key < $1.key }.map { StatusCount(status: $0.key, runs: $0.value) }
            },
            .records("stores", "The stores") { $0.stores },
        ]
    }

    private func sum(_ value: (StoreStatistics) -> UInt64) -> UInt64 { stores.reduce(0) { $0 + value($1) } }
}

struct StatusCount: Record {
    var status: String
    var runs: Int

    static var fields: [Field<StatusCount>] {
        [.string("status", "Status of runs") { $0.status }, .int("runs", "How many have it") { $0.runs }]
    }
}
