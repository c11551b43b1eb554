import Cryptography
import DebVisorCore

/// Small objects sealed under the meta key: docs/repository-format.md, section 4.
enum SealedObject {
    enum Class: UInt16 {
        case snapshot = 1, lease, condemned, quarantine, verified
    }

    private static let magic = Array("DVSEAL01".utf8)
    private static let headerLength = 64

    /// - Parameter name: the object's path inside the repository; it opens under no other.
    static func seal(
        _ json: [UInt8], as objectClass: Class, named name: String, with keys: KeyBundle, in repository: ObjectID
    ) throws -> [UInt8] {
        let salt = try randomBytes(32)
        var header = magic
        header.append(little: objectClass.rawValue)
        header.appendZeros(6)
        header.append(repository)
        header += salt
        let cipher = try AuthenticatedCipher(key: key(keys, salt))
        return header + (try cipher.seal(json, nonce: nonce, authenticating: header + Array(name.utf8)))
    }

    /// - Throws: `attention` if the object was altered, is of another class, or lies under another name.
    static func open(
        _ bytes: [UInt8], as objectClass: Class, named name: String, with keys: KeyBundle, in repository: ObjectID
    ) throws -> [UInt8] {
        let damaged = Fault(
            .attention, "'\(name)' in the repository is damaged or was altered",
            hint: "run 'debvisor backup verify --read-data'")
        guard bytes.count >= headerLength + AuthenticatedCipher.tagLength, Array(bytes[..<8]) == magic else {
            throw damaged
        }
        let header = Array(bytes[..<headerLength])
        let (foundClass, foundRepository) = header.withPointer { ($0.u16(8), $0.id(16)) }
        guard foundClass == objectClass.rawValue, foundRepository == repository else { throw damaged }
        let cipher = try AuthenticatedCipher(key: key(keys, Array(header[32...])))
        let sealed = Array(bytes[headerLength...])
        guard let json = try cipher.open(sealed, nonce: nonce, authenticating: header + Array(name.utf8)) else {
            throw damaged
        }
        return json
    }

    private static let nonce = [UInt8](repeating: 0, count: AuthenticatedCipher.nonceLength)

    private static func key(_ keys: KeyBundle, _ salt: [UInt8]) throws -> [UInt8] {
        try deriveKey(from: keys.metaKey, salt: salt, info: "debvisor sealed object")
    }
}
