import CommandKit

/// Which repository a command works on, and what opens it.
struct RepositoryOptions: InputSet {
    let repository = Option(
        "repository", short: "r", .objectOrDirectory(ObjectKind.repository, placeholder: "NAME|PATH"),
        help: "Repository to use; the default one without")
    let secret = SecretOptions()
}

/// What opens an encrypted repository. Secrets are never words of a command line.
struct SecretOptions: InputSet {
    let passwordFile = Option(
        "password-file", .file, help: "File whose first line is the password; '-' is standard input")
    let keyFile = Option("key-file", .file, help: "File with the repository's key")
    let ruled = GroupRules(Self.self)

    static let rules: [InputRule<SecretOptions>] = [.conflict(\.passwordFile, \.keyFile)]
}
