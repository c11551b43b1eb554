/// New identities.
enum Identity {
    /// A random UUID (RFC 9562, version 4), lower case.
    static func uuid() -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = bytes.map(hex)
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
    }

    /// A random address under QEMU's prefix.
    static func mac() -> String {
        (["52", "54", "00"] + (0..<3).map { _ in hex(UInt8.random(in: .min ... .max)) }).joined(separator: ":")
    }

    private static func hex(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.count == 1 ? "0" + text : text
    }
}
