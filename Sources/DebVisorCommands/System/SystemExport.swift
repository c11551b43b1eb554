import CommandKit
import DebVisorCore
import Platform
import Storage

/// `debvisor system export`
struct SystemExport: ChangingCommand {
    static let info = CommandInfo(
        "export", "Write one store, or all, as one file",
        discussion: """
            One store is a plain SQLite file, which sqlite3 and 'debvisor system import' open; all stores are a tar archive of \
            such files. Each store is copied as it is at one instant, while jobs and the daemon go on. The file appears whole, \
            in the place of one that is there, or not at all. FILE '-' is stdout.

            \(ExchangeTexts.notIncluded) Whoever may read the file may read the stores: it is for its owner alone.
            """,
        examples: [
            Example(
                "debvisor system export /srv/stores.tar", "all stores, before a change of machines", prints: "metrics"),
            Example(
                "debvisor system export --store schedules /srv/schedules.db", "the jobs and their history",
                prints: "schedules"),
        ],
        statuses: .ofAStore + [.notFound], prints: StoreExportRecord.self)

    struct Inputs: InputSet {
        let store = StoreOption()
        let file = Argument("FILE", .file, help: "The file to write, or '-' for stdout")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let only = try args.store.store.map { try $0.store }
        let directory = context.stateDirectory
        let stores = try (only.map { [$0] } ?? Stores.all).filter { try directory.size(of: $0.path) != nil }
        guard !stores.isEmpty else {
            throw Fault(
                .notFound, only.map { "store '\($0.name)' is not there yet" } ?? "there are no stores yet",
                hint: "see what there is: debvisor system info")
        }
        let steps = try stores.map { store in
            Step("copy", "store \(store.name)", sizeBytes: try Store.size(store, in: directory)?.bytes)
        }
        guard args.file != "-" else {
            if session.console.isTerminal(.output) {
                throw Fault(
                    .usage, "a store is not written to a terminal", hint: "name a file, or send stdout to one")
            }
            return Plan(steps) { _ in .bytes { try Self.send(only, directory, context.clock.now(), $0) } }
        }
        let (path, target) = (args.file, try ExportTarget(args.file, besides: Stores.all, in: directory))
        return Plan(steps + [Step(target.isThere ? "replace" : "write", path)]) { _ in
            let now = context.clock.now()
            let written = try await Worker.run { try Self.write(only, directory, target.path, now) }
            return .list(written.map { StoreExportRecord(name: $0.name, path: path, size: $0.size) })
        }
    }

    private static func write(
        _ only: StoreDescription?, _ directory: StateDirectory, _ path: String, _ now: Timestamp
    ) throws -> [(name: String, size: ByteCount)] {
        try alone(directory) {
            guard let only else { return try StoreArchive.export(Stores.all, in: directory, to: path, at: now) }
            return try Store.export(only, in: directory, to: path).map { [(only.name, $0)] } ?? []
        }
    }

    /// One at a time: what is not finished has a name, which the next one replaces.
    private static func alone<Result>(_ directory: StateDirectory, _ body: () throws -> Result) throws -> Result {
        let lock = try LockFile(directory.file("export.lock"), waitingAtMost: 60)
        return try withExtendedLifetime(lock) { try body() }
    }

    private static func send(
        _ only: StoreDescription?, _ directory: StateDirectory, _ now: Timestamp,
        _ emit: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> [String] {
        let scratch = directory.file("export.unfinished")
        try alone(directory) {
            guard let only else {
                _ = try StoreArchive.write(Stores.all, in: directory, scratch: scratch, at: now, emit)
                return
            }
            guard let size = try Store.copy(only, in: directory, to: scratch) else { return }
            defer { _ = try? Directory.remove(scratch, "store-export") }
            try StoreArchive.read(File(scratch, .read), 0, size.bytes, emit)
        }
        return []
    }
}

struct StoreExportRecord: Record {
    var name: String
    var path: String
    var size: ByteCount

    static var fields: [Field<StoreExportRecord>] {
        [
            .string("name", "Name of the store") { $0.name },
            .bytes("size_bytes", "Bytes of the copy") { $0.size.bytes },
            .string("path", "The file that it is in") { $0.path },
        ]
    }
}
