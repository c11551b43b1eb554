/// An address and a port of this host, as they are typed: `127.0.0.1:9177`, `[::1]:9177`, `localhost:9177`.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// Without brackets.
    package var host: String
    /// 0: one that is free.
    package var port: UInt16

    package init(host: String, port: UInt16) { (self.host, self.port) = (host, port) }

    /// Nil for anything else. Whether the host is an address is found when somebody listens.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":") else { return nil }
        let digits = text[text.index(after: colon)...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }), let port = UInt16(digits) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        let isWord = host.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (97...122).contains(byte | 32) || ".:%-_".utf8.contains(byte)
        }
        guard !host.isEmpty, isWord else { return nil }
        self.init(host: String(host), port: port)
    }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
