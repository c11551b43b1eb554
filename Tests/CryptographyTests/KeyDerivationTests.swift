import Cryptography
import DebVisorCore
import Testing

/// Vectors of the standards, so that our files can be read by anybody's implementation of them.
@Suite struct KeyDerivationTests {
    private func bytes(_ hex: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = hex[...]
        while !rest.isEmpty {
            bytes.append(UInt8(rest.prefix(2), radix: 16) ?? 0)
            rest = rest.dropFirst(2)
        }
        return bytes
    }

    @Test func `HKDF agrees with RFC 5869, test cases 1 and 3`() throws {
        let secret = [UInt8](repeating: 0x0b, count: 22)
        let info = String(decoding: [UInt8](), as: UTF8.self)
        #expect(
            try deriveKey(from: secret, salt: [], info: info, count: 42)
                == bytes(
                    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"))
        // The info of case 1 is no UTF-8 text, so its extract step is checked through HMAC.
        let pseudorandomKey = try MessageAuthenticator(key: Array(0...12)).authenticate([secret])
        #expect(pseudorandomKey == bytes("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"))
    }

    @Test func `HMAC agrees with RFC 4231, test case 2`() throws {
        let mac = try MessageAuthenticator(key: Array("Jefe".utf8))
        let expected = bytes("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        // One context serves many messages.
        for _ in 0..<3 {
            #expect(try mac.authenticate([Array("what do ya want ".utf8), Array("for nothing?".utf8)]) == expected)
        }
    }

    @Test func `scrypt agrees with RFC 7914`() throws {
        let key = try stretchPassword(
            Array("pleaseletmein".utf8), salt: Array("SodiumChloride".utf8), cost: ScryptCost(n: 16384, r: 8, p: 1))
        #expect(key == bytes("7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"))
    }

    @Test func `unreasonable scrypt costs are refused`() {
        for cost in [
            ScryptCost(n: 3, r: 8, p: 1), ScryptCost(n: 1 << 30, r: 8, p: 1), ScryptCost(n: 1 << 15, r: 0, p: 1),
        ] {
            #expect { _ = try stretchPassword([1], salt: [1], cost: cost) } throws: {
                ($0 as? Fault)?.kind == .attention
            }
        }
    }

    @Test func `GCM agrees with the test vectors of its specification`() throws {
        // McGrew and Viega, test case 14: a zero key, nonce and block.
        let cipher = try AuthenticatedCipher(key: [UInt8](repeating: 0, count: 32))
        let sealed = try cipher.seal(
            [UInt8](repeating: 0, count: 16), nonce: [UInt8](repeating: 0, count: 12), authenticating: [])
        #expect(sealed == bytes("cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"))
        #expect(
            try cipher.open(sealed, nonce: [UInt8](repeating: 0, count: 12), authenticating: [])
                == [UInt8](repeating: 0, count: 16))
        #expect(try cipher.open(sealed, nonce: [UInt8](repeating: 0, count: 12), authenticating: [1]) == nil)
    }

    @Test func `SHA-256 of abc`() {
        #expect(sha256(Array("abc".utf8)) == bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"))
    }
}
