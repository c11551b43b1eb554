import COpenSSL
import DebVisorCore

/// HKDF-SHA-256 (RFC 5869), extract and expand.
package func deriveKey(from secret: [UInt8], salt: [UInt8], info: String, count: Int = 32) throws -> [UInt8] {
    guard let kdf = EVP_KDF_fetch(nil, "HKDF", nil) else { throw Fault.openSSL("find HKDF") }
    defer { EVP_KDF_free(kdf) }
    guard let context = EVP_KDF_CTX_new(kdf) else { throw Fault.openSSL("make a HKDF context") }
    defer { EVP_KDF_CTX_free(context) }
    let info = Array(info.utf8)
    var output = [UInt8](repeating: 0, count: count)
    let result = dv_hkdf_sha256(
        context, secret, secret.count, salt, salt.count, info, info.count, &output, output.count)
    guard result == 1 else { throw Fault.openSSL("derive a key") }
    return output
}

/// The costs of scrypt (RFC 7914): memory is 128 · n · r bytes.
package struct ScryptCost: Sendable, Equatable {
    package var n: UInt64
    package var r: UInt64
    package var p: UInt64

    package init(n: UInt64, r: UInt64, p: UInt64) {
        self.n = n
        self.r = r
        self.p = p
    }

    /// About 0.3 s and 37 MiB on a server core of 2024.
    package static let standard = ScryptCost(n: 1 << 15, r: 8, p: 3)
}

/// A 32-byte key from a password. - Throws: `attention` if the costs are outside what we are willing to pay (1 GiB).
package func stretchPassword(_ password: [UInt8], salt: [UInt8], cost: ScryptCost) throws -> [UInt8] {
    guard cost.n >= 2, cost.n & (cost.n - 1) == 0, (1...32).contains(cost.r), (1...16).contains(cost.p),
        cost.n <= 1 << 22, cost.n * cost.r <= 1 << 23
    else { throw Fault(.attention, "the key slot asks for unreasonable scrypt costs") }
    var output = [UInt8](repeating: 0, count: 32)
    let text = password.map { CChar(bitPattern: $0) }
    let limit = 128 * cost.n * cost.r + (64 << 20)
    guard EVP_PBE_scrypt(text, text.count, salt, salt.count, cost.n, cost.r, cost.p, limit, &output, 32) == 1 else {
        throw Fault.openSSL("stretch the password")
    }
    return output
}
