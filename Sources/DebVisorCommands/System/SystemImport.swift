import CommandKit
import DebVisorCore
import Platform
import Schedules
import Storage

/// `debvisor system import`
struct SystemImport: ChangingCommand {
    static let info = CommandInfo(
        "import", "Put exported stores in the place of those that are there",
        discussion: """
            Takes what 'debvisor system export' wrote: with --store one store, out of its file or out of an archive of all; \
            without, every store of an archive. Each is checked whole before anything is replaced: SQLite's own check, \
            references, and its schema. One of an older debvisor is migrated, one of a newer is refused.

            Each store is replaced in one step, and the old one is kept beside it under the name that is printed, until you \
            remove it. A store that somebody has open is left alone: stop the daemon first. So are the jobs while one of them \
            runs. FILE '-' is stdin, which needs --yes.

            \(ExchangeTexts.notIncluded)
            """,
        examples: [
            Example(
                "debvisor system import /srv/stores.tar --dry-run", "what would be replaced", prints: "replace"),
            Example(
                "debvisor system import --store metrics /srv/stores.tar --yes", "one store of an archive",
                prints: "metrics.db.before-"),
        ],
        statuses: .ofAStore + [.notFound], effect: .destroys, prints: StoreImportRecord.self)

    struct Inputs: InputSet {
        let store = StoreOption()
        let file = Argument("FILE", .file, help: "The file to read, or '-' for stdin")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let only = try args.store.store.map { try $0.store }
        guard args.file != "-" else {
            let what = only.map { "store \($0.name)" } ?? "every store that comes"
            return Plan([Step("replace", what, detail: "from stdin")]) { session in
                let stop = try session.cancellationDescriptor()
                let file = try await Worker.run { try Self.spool(context.stateDirectory, until: stop) }
                return try await StoreImport(ExportedFile(file, Stores.all, called: "-"), only, context).run()
            }
        }
        let work = try StoreImport(ExportedFile(File(args.file, .read), Stores.all), only, context)
        try work.checkJobs()
        return Plan(try work.steps()) { _ in try await work.run() }
    }

    private static func spool(_ directory: StateDirectory, until stop: Int32) throws -> File {
        try Directory.create(directory.path, "store")
        let reader = InterruptibleReader(StandardInput.descriptor, until: stop, name: "standard input")
        return try Spool(in: directory, reader.read(into:)).file
    }
}

struct StoreImportRecord: Record {
    var name: String
    var path: String
    var size: ByteCount
    var kept: String?

    static var fields: [Field<StoreImportRecord>] {
        [
            .string("name", "Name of the store") { $0.name },
            .bytes("size_bytes", "Bytes that were imported") { $0.size.bytes },
            .string("path", "Its file", column: .none) { $0.path },
            .string("kept_path", "Where the old store is kept; unknown if there was none") { $0.kept },
        ]
    }
}
