import Cryptography
import DebVisorCore

/// What a person or a job holds to open a repository.
package enum RepositorySecret: Sendable {
    case password([UInt8])
    /// The 32 bytes of a key file.
    case keyFile([UInt8])
    /// The repository is not encrypted.
    case open
}

/// A key file: one line of text, `debvisor-key-1` and 64 hex digits.
package enum KeyFile {
    private static let label = "debvisor-key-1"

    package static func generate() throws -> [UInt8] { Array("\(label) \(try randomBytes(32).hex)\n".utf8) }

    /// - Throws: `usage` if the content is no key file.
    package static func parse(_ content: [UInt8], path: String) throws -> [UInt8] {
        let words = String(decoding: content, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 2, words[0] == label, let key = [UInt8](hex: words[1]), key.count == 32 else {
            throw Fault(
                .usage, "'\(path)' is not a key file",
                hint: "a key file has one line: \(label) and 64 hex digits; for a password use --password-file")
        }
        return key
    }
}

/// One file under `keys/`: docs/repository-format.md, section 3.
struct KeySlot: Codable {
    enum Kind: String, Codable {
        case password, file, open
    }
    struct Scrypt: Codable {
        var n: UInt64
        var r: UInt64
        var p: UInt64
    }

    var version = 1
    var kind: Kind
    var salt: String
    var scrypt: Scrypt?
    var nonce: String
    var wrapped: String
    var created_at: String

    static func wrap(
        _ bundle: KeyBundle, for secret: RepositorySecret, repository: ObjectID, now: Timestamp,
        cost: ScryptCost = .standard
    ) throws -> KeySlot {
        let salt = try randomBytes(32)
        let nonce = try randomBytes(AuthenticatedCipher.nonceLength)
        var slot = KeySlot(
            kind: secret.kind, salt: salt.hex, scrypt: nil, nonce: nonce.hex, wrapped: "", created_at: now.description)
        if slot.kind == .password { slot.scrypt = Scrypt(n: cost.n, r: cost.r, p: cost.p) }
        let cipher = try AuthenticatedCipher(key: slot.wrappingKey(secret))
        let json = try JSON.encode(KeyBundleFile(bundle))
        slot.wrapped = try cipher.seal(json, nonce: nonce, authenticating: Self.label(repository)).hex
        return slot
    }

    /// nil if the secret is not the one of this slot.
    func unwrap(with secret: RepositorySecret, repository: ObjectID) throws -> KeyBundle? {
        guard kind == secret.kind, let nonce = [UInt8](hex: nonce), let wrapped = [UInt8](hex: wrapped),
            nonce.count == AuthenticatedCipher.nonceLength
        else { return nil }
        let cipher = try AuthenticatedCipher(key: wrappingKey(secret))
        guard let json = try cipher.open(wrapped, nonce: nonce, authenticating: Self.label(repository)) else {
            return nil
        }
        return try JSON.decode(KeyBundleFile.self, from: json, of: "keys").bundle()
    }

    private func wrappingKey(_ secret: RepositorySecret) throws -> [UInt8] {
        guard let salt = [UInt8](hex: salt) else {
            throw Fault(.attention, "a key slot of the repository is malformed")
        }
        switch secret {
        case .open: return [UInt8](repeating: 0, count: 32)
        case .keyFile(let key): return try deriveKey(from: key, salt: salt, info: "debvisor key file")
        case .password(let password):
            guard let scrypt else { throw Fault(.attention, "a key slot of the repository is malformed") }
            return try stretchPassword(password, salt: salt, cost: ScryptCost(n: scrypt.n, r: scrypt.r, p: scrypt.p))
        }
    }

    private static func label(_ repository: ObjectID) -> [UInt8] { Array("debvisor key slot 1 \(repository)".utf8) }
}

extension RepositorySecret {
    var kind: KeySlot.Kind {
        switch self {
        case .password: .password
        case .keyFile: .file
        case .open: .open
        }
    }
}
