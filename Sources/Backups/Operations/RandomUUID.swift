import Cryptography

/// Random UUIDs (RFC 9562, version 4), in lower case as libvirt prints them.
enum RandomUUID {
    static func make() throws -> String {
        var bytes = try randomBytes(16)
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let hex = bytes.hex
        var text = ""
        for (index, digit) in hex.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(digit)
        }
        return text
    }
}
