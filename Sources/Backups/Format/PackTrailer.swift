import Cryptography
import DebVisorCore

/// The end of a pack: what it holds, authenticated. docs/repository-format.md, section 5.
struct PackTrailer {
    static let footerLength = 64
    private static let magic = Array("DVPEND01".utf8)

    var items: [TrailerItem]

    var members: Int { items.reduce(0) { $0 + $1.ids.count } }

    /// Trailer, zeros, footer: what makes a pack of `offset` bytes complete.
    func bytes(at offset: Int, header: [UInt8], indexKey: [UInt8]) throws -> [UInt8] {
        var trailer: [UInt8] = []
        trailer.reserveCapacity(items.count * 12 + members * 16)
        for item in items {
            trailer.append(little: UInt32(item.offset / 16))
            trailer.append(little: UInt32(item.length))
            trailer += [item.type.rawValue, item.codec.rawValue, UInt8(item.ids.count), item.session]
            for id in item.ids { trailer.append(id) }
        }
        var footer = Self.magic
        footer.append(little: UInt64(offset))
        footer.append(little: UInt32(trailer.count))
        footer.append(little: UInt32(items.count))
        footer.append(little: UInt32(members))
        footer.appendZeros(4)
        footer += try MessageAuthenticator(key: indexKey).authenticate([header, trailer, footer])
        let end = (offset + trailer.count + Self.footerLength).roundedUp(to: Geometry.packAlignment)
        trailer.appendZeros(end - offset - trailer.count - Self.footerLength)
        return trailer + footer
    }

    /// Where the trailer lies, from the last 64 bytes of a pack of `size` bytes; nil if they are no footer.
    static func location(footer: [UInt8], packSize: Int) -> (offset: Int, length: Int)? {
        guard footer.count == footerLength, Array(footer[..<8]) == magic else { return nil }
        let (offset, length) = footer.withPointer { ($0.u64(8), Int($0.u32(16))) }
        guard offset <= UInt64(packSize), Int(offset) + length + footerLength <= packSize else { return nil }
        return (Int(offset), length)
    }

    /// - Parameters:
    ///   - header: header and session descriptors of the pack.
    ///   - trailer: exactly the trailer's bytes.
    /// nil if the code does not fit or the content makes no sense.
    init?(header: [UInt8], trailer: [UInt8], footer: [UInt8], indexKey: [UInt8]) throws {
        let code = try MessageAuthenticator(key: indexKey).authenticate([header, trailer, Array(footer[..<32])])
        guard equalInConstantTime(code, Array(footer[32...])) else { return nil }
        items = []
        var position = 0
        while position < trailer.count {
            guard position + 12 <= trailer.count else { return nil }
            let (offset, length, members) = trailer.withPointer {
                (Int($0.u32(position)) * 16, Int($0.u32(position + 4)), Int($0.u8(position + 10)))
            }
            guard let type = EntryType(rawValue: trailer[position + 8]),
                let codec = EntryCodec(rawValue: trailer[position + 9]),
                position + 12 + 16 * members <= trailer.count, (1...64).contains(members),
                offset >= header.count, items.last.map({ $0.offset + $0.length <= offset }) ?? true,
                EntryHeader.lengths(members: members).contains(length), length % 16 == 0
            else { return nil }
            let start = position + 12
            let ids = trailer.withPointer { pointer in (0..<members).map { pointer.id(start + 16 * $0) } }
            items.append(
                TrailerItem(
                    offset: offset, length: length, type: type, codec: codec, session: trailer[position + 11], ids: ids)
            )
            position = start + 16 * members
        }
    }

    init(items: [TrailerItem]) { self.items = items }
}
