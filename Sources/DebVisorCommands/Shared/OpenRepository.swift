import Backups
import CommandKit
import DebVisorCore
import Platform

/// A repository that a command works on.
struct OpenRepository: Sendable {
    let repository: Repository
    let store: BackupStore
    /// What it is called: its registered name, else its path.
    let label: String

    /// Every backup in it. Damaged records are named to `warn`.
    func snapshots(_ warn: (String) -> Void) throws -> SnapshotLookup {
        let (snapshots, damaged) = try store.snapshots(of: repository)
        for name in damaged { warn("the record '\(name)' cannot be read; see 'debvisor backup verify'") }
        return SnapshotLookup(snapshots)
    }
}

extension AppContext {
    /// Opens the repository that the options name, or the default one.
    /// - Throws: `notFound` (none is registered, or not there), `denied` (wrong secret).
    func openRepository(_ options: Parsed<RepositoryOptions>, _ session: Session) async throws -> OpenRepository {
        let store = try backupStore()
        let registered = try lookUp(options.repository, in: store)
        guard let path = registered?.path ?? options.repository.map({ Directory.absolute($0) }) else {
            throw try noDefault(in: store)
        }
        let (id, encrypted) = try Repository.identify(path)
        if let registered, registered.id != id {
            throw Fault(
                .conflict, "'\(path)' is not the repository that was registered as '\(registered.name)'",
                hint: "register it anew: debvisor backup repository delete \(registered.name) --yes, then add")
        }
        let secret = try SecretSource(context: self, session: session)
            .secret(options.secret, for: path, encrypted: encrypted, registered: registered)
        let label = registered?.name ?? path
        let progress = secret.takesLong ? session.progress("opening \(label)") : nil
        defer { progress?.finish() }
        let repository = try await Worker.run { try Repository.open(at: path, secret: secret) }
        return OpenRepository(repository: repository, store: store, label: label)
    }

    /// Why there is no repository when none was named.
    func noDefault(in store: BackupStore) throws -> Fault {
        guard try store.repositories().isEmpty else {
            return Fault(
                .notFound, "no repository is the default one",
                hint: "name one with --repository, or: debvisor backup repository add PATH --default")
        }
        return Fault(
            .notFound, "no repository is registered",
            hint: "make one: debvisor backup repository create PATH --key-file FILE")
    }

    /// What is registered under a name or path, or as default; nil if it is a path that nobody registered.
    func lookUp(_ name: String?, in store: BackupStore) throws -> RegisteredRepository? {
        guard let name else { return try store.defaultRepository() }
        if let registered = try store.repository(name) ?? store.repository(Directory.absolute(name)) {
            return registered
        }
        if name.contains("/") || Directory.isDirectory(name) { return nil }
        throw Fault(
            .notFound, "there is no repository '\(name)'",
            hint: Suggestion.hint(
                for: name, among: try store.repositories().map(\.name),
                otherwise: "see them with: debvisor backup repository list"))
    }
}

extension RepositorySecret {
    /// Whether the key is derived from it, which takes a second by design: that is shown.
    fileprivate var takesLong: Bool {
        if case .password = self { true } else { false }
    }
}
