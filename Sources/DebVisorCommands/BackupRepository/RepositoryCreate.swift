import Backups
import CommandKit
import DebVisorCore
import Platform

/// `debvisor backup repository create`
struct RepositoryCreate: ChangingCommand {
    static let info = CommandInfo(
        "create", "Make a repository and register it",
        discussion: """
            The repository is encrypted unless --no-encryption is given. A key file that does not exist is made: keep \
            a copy of it elsewhere, for without it nothing can be restored. Where the key file or password file is gets \
            remembered, so that a job needs no secret on its command line.
            """,
        examples: [
            Example(
                "debvisor backup repository create /srv/backup --key-file /etc/debvisor/backup.key --default",
                "the usual set-up", prints: "is_default     yes"),
            Example(
                "debvisor backup repository create /mnt/offsite --password-file /etc/debvisor/offsite.password",
                "opened by a password", prints: "encrypted      yes"),
        ],
        statuses: [.notFound, .denied, .conflict, .timeout, .attention], prints: RepositoryRecord.self)

    struct Inputs: InputSet {
        let path = Argument("PATH", .directory, help: "A new or empty directory")
        let name = Option("name", .string("NAME"), help: "What to call it here; the directory's name without")
        let secret = SecretOptions()
        let isOpen = Flag("no-encryption", help: "Leave its content unencrypted")
        let isDefault = Flag("default", help: "Use it when no repository is named")
    }

    static let rules: [InputRule<Inputs>] = [
        .conflict(\.secret.passwordFile, \.isOpen), .conflict(\.secret.keyFile, \.isOpen),
    ]

    func plan(_ args: Parsed<Inputs>, _ context: AppContext, _ session: Session) async throws -> Plan {
        let store = try context.backupStore()
        let path = RepositoryPlace.absolute(args.path)
        let name = try RepositoryPlace.name(args.name, path)
        try RepositoryPlace.checkFree(name: name, path: path, in: store)
        // Looked at again when it is made; here so that a dry run says it, and no key is made for nothing.
        try Repository.checkPlace(path)
        let keyFile = args.secret.keyFile.map { Directory.absolute($0) }
        let makesKey = keyFile.map { !Directory.exists($0) } ?? false
        let secret = makesKey ? nil : try existingSecret(args, context, session, path)
        var steps = [Step("create", "repository \(path)", detail: args.isOpen ? "not encrypted" : "encrypted")]
        if makesKey, let keyFile { steps.insert(Step("create", "key file \(keyFile)"), at: 0) }
        steps.append(Step("register", "repository \(name)"))
        let (isDefault, places) = (args.isDefault, args.secret)
        return Plan(steps) { _ in
            let repository = try await Worker.run {
                // A key file before the repository: never a repository whose key was not durable.
                let secret = try secret ?? .keyFile(RepositoryPlace.makeKeyFile(keyFile ?? ""))
                return try Repository.create(at: path, secret: secret, clock: context.clock)
            }
            var entry = RegisteredRepository(
                name: name, path: path, id: repository.id, encrypted: repository.encrypted, keyFile: nil,
                passwordFile: nil, isDefault: isDefault, registeredAt: context.clock.now())
            RepositoryPlace.remember(places, in: &entry)
            let registered = try store.register(entry)
            return .one(RepositoryRecord(repository: registered, usage: try RepositoryUsage(of: path)))
        }
    }

    private func existingSecret(
        _ args: Parsed<Inputs>, _ context: AppContext, _ session: Session, _ path: String
    ) throws -> RepositorySecret {
        if args.isOpen { return .open }
        if let given = try SecretSource(context: context, session: session).given(args.secret) { return given }
        guard session.console.canAsk() else {
            throw Fault(
                .usage, "say what opens the repository",
                hint: "give --key-file FILE (made if it is not there), --password-file FILE or --no-encryption")
        }
        let password = try session.askSecret("New password of \(path): ")
        guard !password.isEmpty else { throw Fault(.usage, "the password is empty") }
        guard try session.askSecret("The same again: ") == password else {
            throw Fault(.usage, "the two passwords differ", hint: "nothing was done; try again")
        }
        return .password(Array(password.utf8))
    }
}
