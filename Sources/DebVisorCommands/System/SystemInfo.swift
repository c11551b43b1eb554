import Backups
import CommandKit
import DebVisorCore
import Platform
import Storage

/// `debvisor system info`
struct SystemInfo: ReadingCommand {
    static let info = CommandInfo(
        "info", "Show version, paths and sizes",
        examples: [Example("debvisor system info", "where things are and how large", prints: "state_dir")],
        statuses: [.denied],
        prints: SystemRecord.self)

    func run(_ args: Parsed<NoInputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let directory = context.stateDirectory
        let stores = try Stores.all.map { store in
            StoreSize(
                name: store.name, path: directory.file(store.path), schema: store.schema,
                size: try Store.size(store, in: directory))
        }
        return .one(
            SystemRecord(
                version: context.writer, host: context.host.name, stateDirectory: directory.path,
                connect: context.settings.connect.value, stores: stores))
    }
}

struct SystemRecord: Record {
    var version: String
    var host: String
    var stateDirectory: String
    var connect: String
    var stores: [StoreSize]

    static var fields: [Field<SystemRecord>] {
        [
            .string("version", "Program and version") { $0.version },
            .string("host", "Name of this host") { $0.host },
            .string("connect", "URI of the hypervisor") { $0.connect },
            .string("state_dir", "Directory of the stores") { $0.stateDirectory },
            .records("stores", "The stores") { $0.stores },
        ]
    }
}

struct StoreSize: Record {
    var name: String
    var path: String
    var schema: String
    var size: ByteCount?

    static var fields: [Field<StoreSize>] {
        [
            .string("name", "Name of the store") { $0.name },
            .bytes("size_bytes", "Bytes of its file and log; unknown before its first use") { $0.size?.bytes },
            .string("schema", "Newest step of its schema") { $0.schema },
            .string("path", "Its file") { $0.path },
        ]
    }
}
