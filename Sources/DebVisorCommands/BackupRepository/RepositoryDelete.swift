import Backups
import CommandKit
import DebVisorCore
import Platform

/// `debvisor backup repository delete`
struct RepositoryDelete: ChangingCommand {
    static let info = CommandInfo(
        "delete", aliases: ["rm"], "Forget a repository; with --purge remove its files too",
        examples: [
            Example(
                "debvisor backup repository delete usb --yes", "forget it here; its files stay",
                prints: "purged  no"),
            Example(
                "debvisor backup repository delete old --purge --dry-run",
                "what removing it with all backups would do", prints: "remove  files of"),
        ],
        statuses: [.notFound, .denied, .conflict, .timeout, .attention], effect: .destroys,
        prints: RepositoryDeletionRecord.self)

    struct Inputs: InputSet {
        let name = Argument("NAME", .object(ObjectKind.repository, placeholder: "NAME"), help: "Its name")
        let purge = Flag("purge", help: "Remove the repository's files: every backup in it is lost")
        let missingOK = Flag("missing-ok", help: "It is no error if it is not registered")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let store = try context.backupStore()
        let repository: RegisteredRepository?
        do { repository = try context.lookUp(args.name, in: store) } catch let fault as Fault
            where fault.kind == .notFound && args.missingOK
        {
            repository = nil
        }
        guard let repository else {
            if args.missingOK { return .nothing(.one(RepositoryDeletionRecord(name: args.name, purged: false))) }
            throw Fault(
                .notFound, "'\(args.name)' is not registered", hint: "see them with: debvisor backup repository list")
        }
        var steps = [Step("forget", "repository \(repository.name)", detail: repository.path)]
        let purges = args.purge && Directory.exists(repository.path)
        if purges {
            let usage = try RepositoryUsage(of: repository.path)
            steps.append(
                Step(
                    "remove", "files of \(repository.path)", detail: "\(usage.backups ?? 0) backups",
                    sizeBytes: usage.packBytes))
        }
        return Plan(steps) { session in
            let progress = session.progress("forgetting \(repository.name)")
            defer { progress.finish() }
            if purges { try await Worker.run { try RepositoryRemoval.run(at: repository.path, id: repository.id) } }
            _ = try store.unregister(repository.name)
            return .one(RepositoryDeletionRecord(name: repository.name, purged: purges))
        }
    }
}

struct RepositoryDeletionRecord: Record {
    var name: String
    var purged: Bool

    static var fields: [Field<RepositoryDeletionRecord>] {
        [
            .string("name", "What it was called") { $0.name },
            .bool("purged", "Whether its files were removed") { $0.purged },
        ]
    }
}
