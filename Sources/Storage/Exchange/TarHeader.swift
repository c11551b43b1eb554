import DebVisorCore

/// The 512 bytes before each member of a tar archive (POSIX.1-1988 "ustar"): name at 0 (100 bytes), mode 100, owner 108, group
/// 116, size 124 (12), time 136 (12), checksum 148 (8), kind 156, `ustar` NUL `00` at 257. Numbers are octal texts; a size of
/// 8 GiB and more is a big-endian number with the top bit set, as GNU tar has it.
struct TarHeader: Sendable, Equatable {
    static let block = 512

    /// What a member is, by its letter.
    enum Kind: Sendable, Equatable {
        case file, directory
        /// More words on the next member or on all (POSIX.1-2001 "pax").
        case attributes
        /// A link, a device, a long name.
        case other

        init(_ letter: UInt8) {
            switch letter {
            case 0, UInt8(ascii: "0"): self = .file
            case UInt8(ascii: "5"): self = .directory
            case UInt8(ascii: "x"), UInt8(ascii: "g"): self = .attributes
            default: self = .other
            }
        }
    }

    var kind = Kind.file
    var name: String
    var size: UInt64
    /// Seconds since 1970.
    var time: Int64

    var bytes: [UInt8] {
        var block = [UInt8](repeating: 0, count: Self.block)
        func put(_ text: some Collection<UInt8>, _ place: Int) {
            block.replaceSubrange(place..<place + text.count, with: text)
        }
        func octal(_ number: UInt64, _ width: Int) -> [UInt8] {
            let digits = String(number, radix: 8)
            return Array((String(repeating: "0", count: max(0, width - digits.count)) + digits).utf8)
        }
        put(name.utf8.prefix(99), 0)
        put(octal(0o600, 7), 100)
        put(octal(0, 7), 108)
        put(octal(0, 7), 116)
        if size < 1 << 33 {
            put(octal(size, 11), 124)
        } else {
            block[124] = 0x80
            put(withUnsafeBytes(of: size.bigEndian) { Array($0) }, 128)
        }
        put(octal(UInt64(max(0, time)), 11), 136)
        block[156] = UInt8(ascii: "0")
        put("ustar\u{0}00".utf8, 257)
        put("root".utf8, 265)
        put("root".utf8, 297)
        put(octal(UInt64(Self.sum(block)), 6) + [0, 32], 148)
        return block
    }

    /// Nil for a block of zeros, which ends an archive.
    /// - Throws: `attention` for what is no header.
    init?(_ block: [UInt8]) throws {
        if Self.isEnd(block) { return nil }
        guard block.count == Self.block, Self.isTar(block), Self.octal(block[148..<156]) == UInt64(Self.sum(block))
        else {
            throw Fault(
                .attention, "the archive is damaged", cause: "a header of tar is not one, or its checksum is wrong")
        }
        name = String(decoding: block[0..<100].prefix { $0 != 0 }, as: UTF8.self)
        time = Int64(clamping: Self.octal(block[136..<148]) ?? 0)
        if block[124] & 0x80 != 0 {
            size = block[128..<136].reduce(0) { $0 << 8 | UInt64($1) }
        } else {
            size = Self.octal(block[124..<136]) ?? 0
        }
        kind = Kind(block[156])
    }

    init(name: String, size: UInt64, time: Int64) { (self.name, self.size, self.time) = (name, size, time) }

    static func isEnd(_ block: [UInt8]) -> Bool { block.allSatisfy { $0 == 0 } }

    static func isTar(_ block: [UInt8]) -> Bool { block.count >= 262 && block[257..<262].elementsEqual("ustar".utf8) }

    /// How many bytes of zeros follow the content.
    var padding: Int { Int((512 - size % 512) % 512) }

    /// All bytes, those of the checksum as spaces.
    private static func sum(_ block: [UInt8]) -> Int {
        block.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 32 : Int($1.element)) }
    }

    private static func octal(_ text: ArraySlice<UInt8>) -> UInt64? {
        UInt64(String(decoding: text.filter { (48...55).contains($0) }, as: UTF8.self), radix: 8)
    }
}
