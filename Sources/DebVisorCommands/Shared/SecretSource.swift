import Backups
import CommandKit
import DebVisorCore
import Platform

/// Finds the secret of a repository: options, what was registered, the service manager's credentials, a question.
struct SecretSource: Sendable {
    let context: AppContext
    let session: Session

    /// - Parameter registered: what this host knows of the repository.
    func secret(
        _ options: Parsed<SecretOptions>, for path: String, encrypted: Bool, registered: RegisteredRepository?
    ) throws -> RepositorySecret {
        if let given = try given(options) { return given }
        if !encrypted { return .open }
        if let file = registered?.keyFile { return .keyFile(try keyFile(file)) }
        if let file = registered?.passwordFile { return .password(try password(file)) }
        if let credential = try credential() { return credential }
        guard session.console.canAsk() else {
            throw Fault(
                .denied, "the repository '\(path)' is encrypted and no secret was given",
                hint: "give --key-file or --password-file; 'debvisor backup repository add' remembers where it is")
        }
        return .password(Array(try session.askSecret("Password of \(path): ").utf8))
    }

    /// What the options say; nil if they say nothing.
    func given(_ options: Parsed<SecretOptions>) throws -> RepositorySecret? {
        if let file = options.keyFile { return .keyFile(try keyFile(file)) }
        if let file = options.passwordFile { return .password(try password(file)) }
        return nil
    }

    /// systemd's `LoadCredential=debvisor.key:…` or `debvisor.password:…`.
    private func credential() throws -> RepositorySecret? {
        guard let directory = context.environment["CREDENTIALS_DIRECTORY"] else { return nil }
        if Directory.exists(directory + "/debvisor.key") { return .keyFile(try keyFile(directory + "/debvisor.key")) }
        if Directory.exists(directory + "/debvisor.password") {
            return .password(try password(directory + "/debvisor.password"))
        }
        return nil
    }

    private func keyFile(_ path: String) throws -> [UInt8] {
        try KeyFile.parse(NamedFile.read(path, limit: 4096), path: path)
    }

    /// The first line. - Throws: `usage` if it is empty.
    private func password(_ path: String) throws -> [UInt8] {
        let content = path == "-" ? try StandardInput.read(limit: 1 << 16) : try NamedFile.read(path, limit: 1 << 16)
        let line = Array(content.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
        guard !line.isEmpty else {
            throw Fault(.usage, "'\(path)' holds no password", hint: "the password is the first line of the file")
        }
        return line
    }
}
