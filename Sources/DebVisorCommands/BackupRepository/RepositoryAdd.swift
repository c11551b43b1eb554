import Backups
import CommandKit
import DebVisorCore
import Platform

/// `debvisor backup repository add`
struct RepositoryAdd: ChangingCommand {
    static let info = CommandInfo(
        "add", "Register a repository that exists, or change what is known of it",
        examples: [
            Example(
                "debvisor backup repository add /mnt/nas/backup --name nas --key-file /etc/debvisor/nas.key",
                "use another host's repository here", prints: "name           nas"),
            Example(
                "debvisor backup repository add /mnt/usb/backup --default", "make another repository the default one",
                prints: "is_default     yes"),
        ],
        statuses: [.notFound, .denied, .conflict, .timeout, .attention], prints: RepositoryRecord.self)

    struct Inputs: InputSet {
        let path = Argument("PATH", .directory, help: "Directory of the repository")
        let name = Option(
            "name", .string("NAME"), help: "What to call it here; the name it has, or the directory's, without")
        let secret = SecretOptions()
        let isDefault = Flag("default", help: "Use it when no repository is named")
    }

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let store = try context.backupStore()
        let path = RepositoryPlace.absolute(args.path)
        let (id, encrypted) = try Repository.identify(path)
        let atPath = try store.repository(path)
        let name = try RepositoryPlace.name(args.name ?? atPath?.name, path)
        let known = atPath.flatMap { $0.id == id && $0.name == name ? $0 : nil }
        if known == nil { try RepositoryPlace.checkFree(name: name, path: path, in: store) }
        var wanted =
            known
            ?? RegisteredRepository(
                name: name, path: path, id: id, encrypted: encrypted, keyFile: nil, passwordFile: nil,
                isDefault: false, registeredAt: context.clock.now())
        RepositoryPlace.remember(args.secret, in: &wanted)
        wanted.isDefault = wanted.isDefault || args.isDefault
        if let known, known == wanted {
            return .nothing(.one(RepositoryRecord(repository: known, usage: try RepositoryUsage(of: path))))
        }
        let secret = try SecretSource(context: context, session: session)
            .secret(args.secret, for: path, encrypted: encrypted, registered: known)
        // A secret that does not open it is refused now, not by the first nightly job.
        let repository = try await Worker.run { try Repository.open(at: path, secret: secret) }
        let goal = wanted
        return Plan([Step(known == nil ? "register" : "update", "repository \(name)", detail: path)]) { _ in
            let registered = known == nil ? try store.register(goal) : try store.update(goal)
            _ = try store.snapshots(of: repository)
            return .one(RepositoryRecord(repository: registered, usage: try RepositoryUsage(of: path)))
        }
    }
}
