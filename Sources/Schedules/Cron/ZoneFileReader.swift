/// Takes big-endian numbers from the front of bytes, and never more than there are.
struct ZoneFileReader {
    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func bytes(_ count: Int) throws(ZoneFile.Damage) -> ArraySlice<UInt8> {
        guard count <= bytes.count - position else { throw ZoneFile.Damage(reason: "it is cut short") }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func skip(_ count: Int) throws(ZoneFile.Damage) { _ = try bytes(count) }

    mutating func byte() throws(ZoneFile.Damage) -> Int { try bytes(1).reduce(0) { Int($1) + $0 } }

    /// A number of 4 or 8 bytes in two's complement.
    mutating func signed(_ size: Int) throws(ZoneFile.Damage) -> Int64 {
        let value = try bytes(size).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let unused = UInt64(64 - size * 8)
        return Int64(bitPattern: value << unused) >> Int64(unused)
    }

    /// A count of things of at least one byte each.
    mutating func count() throws(ZoneFile.Damage) -> Int {
        let count = try signed(4)
        guard count >= 0, count <= bytes.count else { throw ZoneFile.Damage(reason: "it is cut short") }
        return Int(count)
    }

    /// A text between two line feeds.
    mutating func line() throws(ZoneFile.Damage) -> String {
        guard try bytes(1).first == UInt8(ascii: "\n"),
            let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n"))
        else { throw ZoneFile.Damage(reason: "it has no rule at its end") }
        return String(decoding: try bytes(end - position), as: UTF8.self)
    }
}
