import COpenSSL
import DebVisorCore

/// SHA-256 of a whole buffer.
package func sha256(_ data: some Collection<UInt8>) -> [UInt8] {
    let content = Array(data)
    return [UInt8](unsafeUninitializedCapacity: 32) { digest, filled in
        filled = EVP_Digest(content, content.count, digest.baseAddress, nil, EVP_sha256(), nil) == 1 ? 32 : 0
    }
}

/// HMAC-SHA-256 (RFC 2104) with one key, for many messages; owned by one thread.
package final class MessageAuthenticator {
    private let context: OpaquePointer

    /// - Throws: `failed` if OpenSSL gives no context.
    package init(key: [UInt8]) throws {
        guard let mac = EVP_MAC_fetch(nil, "HMAC", nil) else { throw Fault.openSSL("find HMAC") }
        defer { EVP_MAC_free(mac) }
        guard let context = EVP_MAC_CTX_new(mac) else { throw Fault.openSSL("make a HMAC context") }
        self.context = context
        guard dv_hmac_sha256_init(context, key, key.count) == 1 else { throw Fault.openSSL("key HMAC") }
    }

    deinit { EVP_MAC_CTX_free(context) }

    /// Writes the 32-byte code of `data` to `output`.
    package func authenticate(_ data: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) throws {
        var length = 0
        guard EVP_MAC_init(context, nil, 0, nil) == 1,
            EVP_MAC_update(context, data.bindMemory(to: UInt8.self).baseAddress, data.count) == 1,
            EVP_MAC_final(context, output.bindMemory(to: UInt8.self).baseAddress, &length, output.count) == 1
        else { throw Fault.openSSL("compute HMAC") }
    }

    /// The 32-byte code of several parts, one after another.
    package func authenticate(_ parts: [[UInt8]]) throws -> [UInt8] {
        guard EVP_MAC_init(context, nil, 0, nil) == 1 else { throw Fault.openSSL("compute HMAC") }
        for part in parts {
            guard EVP_MAC_update(context, part, part.count) == 1 else { throw Fault.openSSL("compute HMAC") }
        }
        return try finish()
    }

    /// For a message that comes in pieces: `begin`, `update` as often as needed, `finish`.
    package func begin() throws {
        guard EVP_MAC_init(context, nil, 0, nil) == 1 else { throw Fault.openSSL("compute HMAC") }
    }

    package func update(_ data: UnsafeRawBufferPointer) throws {
        guard EVP_MAC_update(context, data.bindMemory(to: UInt8.self).baseAddress, data.count) == 1 else {
            throw Fault.openSSL("compute HMAC")
        }
    }

    package func finish() throws -> [UInt8] {
        var output = [UInt8](repeating: 0, count: 32)
        var length = 0
        guard EVP_MAC_final(context, &output, &length, output.count) == 1 else { throw Fault.openSSL("compute HMAC") }
        return output
    }
}

/// Whether two byte strings are equal, in time that depends only on their length.
package func equalInConstantTime(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    a.count == b.count && CRYPTO_memcmp(a, b, a.count) == 0
}

/// Random bytes from OpenSSL's generator.
package func randomBytes(_ count: Int) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    guard RAND_bytes(&bytes, Int32(count)) == 1 else { throw Fault.openSSL("make random bytes") }
    return bytes
}

extension Fault {
    /// A call of OpenSSL that should not fail did.
    static func openSSL(_ doing: String) -> Fault {
        var text = [CChar](repeating: 0, count: 256)
        let code = ERR_get_error()
        ERR_error_string_n(code, &text, text.count)
        ERR_clear_error()
        let cause = text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } }
        return Fault(.failed, "cannot \(doing)", cause: code == 0 ? nil : cause)
    }
}
