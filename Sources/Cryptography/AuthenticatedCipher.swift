import COpenSSL
import DebVisorCore

/// AES-256-GCM (NIST SP 800-38D) with one key and 96-bit nonces, for many messages; owned by one thread.
package final class AuthenticatedCipher {
    package static let tagLength = 16
    package static let nonceLength = 12

    private let encryptor: OpaquePointer
    private let decryptor: OpaquePointer

    /// - Parameter key: 32 bytes.
    package init(key: [UInt8]) throws {
        precondition(key.count == 32)
        guard let cipher = EVP_CIPHER_fetch(nil, "AES-256-GCM", nil) else { throw Fault.openSSL("find AES-256-GCM") }
        defer { EVP_CIPHER_free(cipher) }
        guard let encryptor = EVP_CIPHER_CTX_new(), let decryptor = EVP_CIPHER_CTX_new(),
            EVP_EncryptInit_ex2(encryptor, cipher, key, nil, nil) == 1,
            EVP_DecryptInit_ex2(decryptor, cipher, key, nil, nil) == 1
        else { throw Fault.openSSL("key AES-256-GCM") }
        self.encryptor = encryptor
        self.decryptor = decryptor
    }

    deinit {
        EVP_CIPHER_CTX_free(encryptor)
        EVP_CIPHER_CTX_free(decryptor)
    }

    /// Encrypts `plain` into `output` (as long) and writes the 16-byte tag behind it: `output` holds `plain.count + 16`.
    package func seal(
        _ plain: UnsafeRawBufferPointer, nonce: UnsafeRawPointer, authenticating header: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws {
        precondition(output.count >= plain.count + Self.tagLength)
        var length: Int32 = 0
        let target = output.bindMemory(to: UInt8.self).baseAddress
        let iv = nonce.assumingMemoryBound(to: UInt8.self)
        guard EVP_EncryptInit_ex2(encryptor, nil, nil, iv, nil) == 1,
            EVP_EncryptUpdate(
                encryptor, nil, &length, header.bindMemory(to: UInt8.self).baseAddress, Int32(header.count)) == 1,
            EVP_EncryptUpdate(
                encryptor, target, &length, plain.bindMemory(to: UInt8.self).baseAddress, Int32(plain.count)) == 1,
            EVP_EncryptFinal_ex(encryptor, target.map { $0 + plain.count }, &length) == 1,
            EVP_CIPHER_CTX_ctrl(
                encryptor, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagLength), target.map { $0 + plain.count }) == 1
        else { throw Fault.openSSL("encrypt") }
    }

    /// Decrypts `sealed` (ciphertext and tag) into `output`; false if the tag does not fit: altered, or another key.
    package func open(
        _ sealed: UnsafeRawBufferPointer, nonce: UnsafeRawPointer, authenticating header: UnsafeRawBufferPointer,
        into output: UnsafeMutableRawBufferPointer
    ) throws -> Bool {
        let count = sealed.count - Self.tagLength
        guard count >= 0 else { return false }
        precondition(output.count >= count)
        var length: Int32 = 0
        let source = sealed.bindMemory(to: UInt8.self).baseAddress
        let target = output.bindMemory(to: UInt8.self).baseAddress
        let tag = sealed.baseAddress.map { UnsafeMutableRawPointer(mutating: $0 + count) }
        guard EVP_DecryptInit_ex2(decryptor, nil, nil, nonce.assumingMemoryBound(to: UInt8.self), nil) == 1,
            EVP_DecryptUpdate(
                decryptor, nil, &length, header.bindMemory(to: UInt8.self).baseAddress, Int32(header.count)) == 1,
            EVP_DecryptUpdate(decryptor, target, &length, source, Int32(count)) == 1,
            EVP_CIPHER_CTX_ctrl(decryptor, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagLength), tag) == 1
        else { throw Fault.openSSL("decrypt") }
        var last: UInt8 = 0
        let fits = EVP_DecryptFinal_ex(decryptor, &last, &length) == 1
        if !fits { ERR_clear_error() }
        return fits
    }
}

extension AuthenticatedCipher {
    /// Ciphertext and tag of a small message.
    package func seal(_ plain: [UInt8], nonce: [UInt8], authenticating header: [UInt8]) throws -> [UInt8] {
        precondition(nonce.count == Self.nonceLength)
        var output = [UInt8](repeating: 0, count: plain.count + Self.tagLength)
        try output.withUnsafeMutableBytes { output in
            try plain.withUnsafeBytes { plain in
                try nonce.withUnsafeBytes { nonce in
                    try header.withUnsafeBytes { header in
                        guard let nonce = nonce.baseAddress else { return }
                        try seal(plain, nonce: nonce, authenticating: header, into: output)
                    }
                }
            }
        }
        return output
    }

    /// The plaintext of a small message; nil if the tag does not fit.
    package func open(_ sealed: [UInt8], nonce: [UInt8], authenticating header: [UInt8]) throws -> [UInt8]? {
        precondition(nonce.count == Self.nonceLength)
        guard sealed.count >= Self.tagLength else { return nil }
        var output = [UInt8](repeating: 0, count: sealed.count - Self.tagLength)
        let fits = try output.withUnsafeMutableBytes { output in
            try sealed.withUnsafeBytes { sealed in
                try nonce.withUnsafeBytes { nonce in
                    try header.withUnsafeBytes { header in
                        guard let nonce = nonce.baseAddress else { return false }
                        return try open(sealed, nonce: nonce, authenticating: header, into: output)
                    }
                }
            }
        }
        return fits ? output : nil
    }
}
