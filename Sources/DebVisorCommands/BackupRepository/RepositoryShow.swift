import Backups
import CommandKit
import DebVisorCore
import Platform

/// `debvisor backup repository show`
struct RepositoryShow: ReadingCommand {
    static let info = CommandInfo(
        "show", "Show one repository with its sizes",
        examples: [Example("debvisor backup repository show", "the default repository", prints: "free_bytes")],
        statuses: [.notFound, .denied, .conflict, .timeout, .attention], prints: RepositoryRecord.self)

    struct Inputs: InputSet {
        let name = Argument(
            optional: "NAME", .object(ObjectKind.repository, placeholder: "NAME"),
            help: "Its name or path; the default one without")
    }

    func run(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Report {
        let store = try context.backupStore()
        guard let repository = try context.lookUp(args.name, in: store) else {
            guard let name = args.name else { throw try context.noDefault(in: store) }
            throw Fault(
                .notFound, "'\(name)' is not registered", hint: "register it: debvisor backup repository add \(name)")
        }
        let usage = try await Worker.run { try RepositoryUsage(of: repository.path) }
        return .one(RepositoryRecord(repository: repository, usage: usage))
    }
}
