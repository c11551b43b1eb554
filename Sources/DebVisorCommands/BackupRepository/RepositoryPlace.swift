import Backups
import CommandKit
import DebVisorCore
import Platform

/// Where a repository is and what it is called: what `create` and `add` have in common.
enum RepositoryPlace {
    static func absolute(_ path: String) -> String {
        var text = Directory.absolute(path)
        while text.count > 1, text.hasSuffix("/") { text.removeLast() }
        return text
    }

    /// The given name, or the directory's. - Throws: `usage` if it could be taken for a path.
    static func name(_ given: String?, _ path: String) throws -> String {
        let name = given ?? Directory.name(of: path)
        guard !name.isEmpty, !name.contains("/"),
            !name.unicodeScalars.contains(where: { $0.value < 33 || $0.value == 127 })
        else {
            throw Fault(
                .usage, "'\(name)' cannot be the name of a repository",
                hint: "a name has no '/', space or control character")
        }
        return name
    }

    /// - Throws: `conflict` if name or path is registered.
    static func checkFree(name: String, path: String, in store: BackupStore) throws {
        for taken in try [store.repository(name), store.repository(path)].compactMap(\.self) {
            throw Fault(
                .conflict,
                taken.path == path
                    ? "'\(path)' is registered already, as '\(taken.name)'"
                    : "the name '\(name)' is taken, for '\(taken.path)'",
                hint: "see it with: debvisor backup repository show \(taken.name)")
        }
    }

    /// Makes a new key file, readable for its owner alone. One that came to be meanwhile is somebody's key and is used.
    /// - Returns: the key.
    static func makeKeyFile(_ path: String) throws -> [UInt8] {
        try DurableFile.create(KeyFile.generate(), at: path, "key-file")
        return try KeyFile.parse(DurableFile.read(path, limit: 4096), path: path)
    }

    /// Notes where the secret is. Standard input cannot be read again.
    static func remember(_ secret: Parsed<SecretOptions>, in repository: inout RegisteredRepository) {
        guard secret.keyFile != nil || secret.passwordFile != nil else { return }
        repository.keyFile = secret.keyFile.map { Directory.absolute($0) }
        repository.passwordFile = secret.passwordFile.flatMap { $0 == "-" ? nil : Directory.absolute($0) }
    }
}
