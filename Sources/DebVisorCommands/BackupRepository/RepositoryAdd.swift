import Backups
import CommandKit
import DebVisorCore
import Platform

/// `debvisor backup repository add`
struct RepositoryAdd: ChangingCommand {
    static let info = CommandInfo(
        "add", "Register a repository that exists",
        examples: [
            Example(
                "debvisor backup repository add /mnt/nas/backup --name nas --key-file /etc/debvisor/nas.key",
                "use another host's repository here", prints: "name           nas")
        ],
        statuses: [.notFound, .denied, .conflict, .timeout, .attention], prints: RepositoryRecord.self)

    struct Inputs: InputSet {
        let path = Argument("PATH", .directory, help: "Directory of the repository")
        let name = Option("name", .string("NAME"), help: "What to call it here; the directory's name without")
        let secret = SecretOptions()
        let isDefault = Flag("default", help: "Use it when no repository is named")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let store = try context.backupStore()
        let path = RepositoryPlace.absolute(args.path)
        let name = try RepositoryPlace.name(args.name, path)
        let (id, encrypted) = try Repository.identify(path)
        if let same = try store.repository(path), same.id == id, same.name == name {
            return .nothing(.one(RepositoryRecord(repository: same, usage: try RepositoryUsage(of: path))))
        }
        try RepositoryPlace.checkFree(name: name, path: path, in: store)
        let secret = try SecretSource(context: context, session: session)
            .secret(args.secret, for: path, encrypted: encrypted, registered: nil)
        // A secret that does not open it is refused now, not by the first nightly job.
        _ = try await Worker.run { try Repository.open(at: path, secret: secret) }
        let repository = RegisteredRepository(
            name: name, path: path, id: id, encrypted: encrypted,
            keyFile: args.secret.keyFile.map { Directory.absolute($0) },
            passwordFile: RepositoryPlace.remembered(args.secret.passwordFile), isDefault: args.isDefault,
            registeredAt: context.clock.now())
        return Plan([Step("register", "repository \(name)", detail: path)]) { _ in
            .one(RepositoryRecord(repository: try store.register(repository), usage: try RepositoryUsage(of: path)))
        }
    }
}
