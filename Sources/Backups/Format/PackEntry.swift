import CSystem

/// What an entry holds.
enum EntryType: UInt8, Sendable {
    case chunks = 1, blobs, leaves, nodes

    /// Bytes of one member length in the plaintext.
    var lengthBytes: Int { self == .chunks ? 1 : 4 }
}

enum EntryCodec: UInt8, Sendable {
    case raw = 0, zstd
}

/// The 32 bytes before an entry's ids: docs/repository-format.md, section 5.
struct EntryHeader: Equatable {
    static let length = 32
    static let magic: UInt32 = 0x5254_5644
    static let idLength = 32
    static let tagLength = 16
    /// Most bytes of payload that a reader takes.
    static let plainLimit = 512 << 10

    var type: EntryType
    var codec: EntryCodec
    var members: Int
    var session: UInt8
    var sealedLength: Int
    var plainLength: Int
    var crc: UInt32

    /// Bytes of the whole entry with its padding.
    var entryLength: Int {
        (Self.length + members * Self.idLength + sealedLength + Self.tagLength).roundedUp(to: 16)
    }

    /// What an entry of so many members may take with its padding.
    static func lengths(members: Int) -> ClosedRange<Int> {
        let least = length + members * idLength + tagLength
        return least...(least + plainLimit + 256).roundedUp(to: 16)
    }

    /// Where the ciphertext begins.
    var sealedOffset: Int { Self.length + members * Self.idLength }

    /// nil if the bytes are no entry header or promise more than an entry may hold.
    init?(_ pointer: UnsafeRawPointer) {
        guard pointer.u32(0) == Self.magic, let type = EntryType(rawValue: pointer.u8(4)),
            let codec = EntryCodec(rawValue: pointer.u8(5))
        else { return nil }
        self.type = type
        self.codec = codec
        members = Int(pointer.u8(6))
        session = pointer.u8(7)
        sealedLength = Int(pointer.u32(8))
        plainLength = Int(pointer.u32(12))
        crc = pointer.u32(28)
        // Lengths before the payload take at most 256 bytes more than it.
        guard (1...64).contains(members), plainLength <= Self.plainLimit, sealedLength <= Self.plainLimit + 256 else {
            return nil
        }
    }

    /// CRC-32C of a whole entry with the session byte and the CRC taken as zero.
    static func checksum(_ entry: UnsafeRawPointer, members: Int, sealedLength: Int) -> UInt32 {
        var head = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        return withUnsafeMutableBytes(of: &head) { head in
            guard let base = head.baseAddress else { return 0 }
            base.copyMemory(from: entry, byteCount: length)
            base.storeBytes(of: 0, toByteOffset: 7, as: UInt8.self)
            base.storeBytes(of: 0, toByteOffset: 28, as: UInt32.self)
            let crc = dv_crc32c(0, base, length)
            return dv_crc32c(crc, entry + length, members * idLength + sealedLength + tagLength)
        }
    }
}

/// One entry as the trailer lists it.
struct TrailerItem: Equatable {
    var offset: Int
    var length: Int
    var type: EntryType
    var codec: EntryCodec
    var session: UInt8
    var ids: [ObjectID]
}
