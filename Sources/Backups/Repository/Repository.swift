import Cryptography
package import DebVisorCore
import Platform

/// An opened repository: where it lies and the keys to it.
package struct Repository: Sendable {
    package let directory: RepositoryDirectory
    package let id: ObjectID
    package let encrypted: Bool
    let keys: KeyBundle

    /// Makes a repository in `path`, which must not exist or be an empty directory.
    /// - Throws: `conflict` if something is there already.
    package static func create(at path: String, secret: RepositorySecret, clock: any WallClock) throws -> Repository {
        try checkPlace(path)
        for folder in RepositoryDirectory.folders { try Directory.create("\(path)/\(folder)", "repository") }
        let directory = RepositoryDirectory(path)
        let id = ObjectID.random()
        let format = RepositoryFormat(
            repository_id: id.description, encrypted: secret.kind != .open, created_at: clock.now().description)
        let formatBytes = try JSON.encode(format)
        let keys = try KeyBundle.generate(formatDigest: sha256(formatBytes))
        let slot = try KeySlot.wrap(keys, for: secret, repository: id, now: clock.now())
        for old in try directory.list("keys") { try directory.remove("keys/\(old)", "key") }
        try directory.put(JSON.encode(slot), as: "keys/\(ObjectID.random())", "key")
        if !Directory.exists(directory.path(of: Reserve.name)) {
            try directory.put([UInt8](repeating: 0, count: Reserve.bytes), as: Reserve.name, "reserve")
        }
        // Last: a directory without `format` is no repository, so a creation that was cut short can be repeated.
        try directory.put(formatBytes, as: "format", "format")
        return Repository(directory: directory, id: id, encrypted: format.encrypted, keys: keys)
    }

    /// Whether a repository can be made in `path`; changes nothing.
    /// - Throws: `conflict` if something is there already.
    package static func checkPlace(_ path: String) throws {
        if Directory.exists(path + "/format") {
            throw Fault(
                .conflict, "'\(path)' is a repository already",
                hint: "to use it here: debvisor backup repository add \(path)")
        }
        guard Directory.exists(path) else { return }
        guard Directory.isDirectory(path) else { throw Fault(.conflict, "'\(path)' is not a directory") }
        // A creation that was cut short left empty folders; somebody's backups are none of ours to build upon.
        guard try Directory.names(in: path).allSatisfy(leftovers.contains),
            try ["packs", "snapshots"].allSatisfy({ try RepositoryDirectory(path).list($0).isEmpty })
        else {
            throw Fault(.conflict, "the directory '\(path)' is not empty", hint: "give a new directory")
        }
    }

    /// What a creation that was cut short may have left.
    private static let leftovers = Set(RepositoryDirectory.folders + ["reserve"])

    /// - Throws: `notFound` (no repository there), `denied` (wrong secret), `conflict` (made by a newer version).
    package static func open(at path: String, secret: RepositorySecret) throws -> Repository {
        let (format, bytes, id) = try inspect(path)
        let directory = RepositoryDirectory(path)
        guard let keys = try unlock(directory, id: id, secret: secret) else {
            throw wrongSecret(secret, format.encrypted, path)
        }
        guard keys.formatDigest == sha256(bytes) else {
            throw Fault(.attention, "'\(path)/format' was altered", hint: "restore that file from a copy")
        }
        return Repository(directory: directory, id: id, encrypted: format.encrypted, keys: keys)
    }

    /// What a repository says of itself without keys.
    package static func identify(_ path: String) throws -> (id: ObjectID, encrypted: Bool) {
        let (format, _, id) = try inspect(path)
        return (id, format.encrypted)
    }

    private static func inspect(_ path: String) throws -> (RepositoryFormat, [UInt8], ObjectID) {
        guard Directory.exists(path) else {
            throw Fault(
                .notFound, "there is no repository at '\(path)'",
                hint: "check the path, or make one: debvisor backup repository create \(path)")
        }
        guard let bytes = try RepositoryDirectory(path).readIfPresent("format") else {
            throw Fault(
                .notFound, "'\(path)' is not a repository",
                hint: "it has no file 'format'; make one elsewhere: debvisor backup repository create DIR")
        }
        let format = try RepositoryFormat.parse(bytes, at: path)
        for feature in try RepositoryDirectory(path).list("features") {
            throw RepositoryFormat.newer(path, "the feature '\(feature)'")
        }
        guard let id = ObjectID(hex: format.repository_id) else {
            throw Fault(.attention, "'\(path)/format' is malformed")
        }
        return (format, bytes, id)
    }

    private static func unlock(_ directory: RepositoryDirectory, id: ObjectID, secret: RepositorySecret) throws
        -> KeyBundle?
    {
        // A slot that is damaged or of a kind of the future must not hide one that opens.
        var problem: Fault?
        for name in try directory.list("keys") {
            do {
                let slot = try JSON.decode(KeySlot.self, from: directory.read("keys/\(name)"), of: "keys/\(name)")
                if let keys = try slot.unwrap(with: secret, repository: id) { return keys }
            } catch let fault as Fault where fault.kind == .attention {
                problem = fault
            }
        }
        if let problem { throw problem }
        return nil
    }

    private static func wrongSecret(_ secret: RepositorySecret, _ encrypted: Bool, _ path: String) -> Fault {
        switch secret {
        case .password:
            Fault(
                .denied, "the password does not open '\(path)'",
                hint: "check --password-file; a key file goes with --key-file")
        case .keyFile:
            Fault(
                .denied, "the key file does not open '\(path)'",
                hint: "check --key-file; a password goes with --password-file")
        case .open:
            encrypted
                ? Fault(.denied, "the repository '\(path)' is encrypted", hint: "give --key-file or --password-file")
                : Fault(.attention, "the key slot of '\(path)' is damaged")
        }
    }
}
