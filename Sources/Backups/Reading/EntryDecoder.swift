import Cryptography
import DebVisorCore

/// One entry's members in clear.
final class DecodedEntry {
    let type: EntryType
    let payload: AlignedBuffer
    /// Byte ranges of the members in `payload`.
    let members: [Range<Int>]
    /// Their ids as the entry says; whoever relies on one computes it anew.
    let ids: [ObjectID]

    init(type: EntryType, payload: AlignedBuffer, members: [Range<Int>], ids: [ObjectID]) {
        self.type = type
        self.payload = payload
        self.members = members
        self.ids = ids
    }

    func member(_ index: Int) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(payload.bytes(members[index])) }
}

/// Decrypts and unpacks entries; owned by one thread.
final class EntryDecoder {
    private let keys: KeyBundle
    private var ciphers: [[UInt8]: AuthenticatedCipher] = [:]
    private let decompressor: Decompressor
    private var plain = AlignedBuffer(Geometry.frameLimit * 2)
    /// Payloads of entries that nobody needs any more. Made anew for each entry, they would fragment the memory of every
    /// thread to a multiple of what is in use.
    private var spare: [AlignedBuffer] = []

    init(_ keys: KeyBundle) throws {
        self.keys = keys
        decompressor = try Decompressor()
    }

    /// - Parameter entry: at least the whole entry; changed: session byte and CRC are zeroed for the tag.
    /// nil if anything does not fit: the entry is damaged.
    func decode(_ entry: UnsafeMutableRawBufferPointer, pack: PackHeader) throws -> DecodedEntry? {
        try decrypt(entry, pack).flatMap { header, ids in unpack(header, ids: ids) }
    }

    /// The ids of an entry whose tag fits; its content stays packed. As `decode` otherwise.
    func ids(_ entry: UnsafeMutableRawBufferPointer, pack: PackHeader) throws -> [ObjectID]? {
        try decrypt(entry, pack)?.ids
    }

    /// Leaves lengths and packed content in `plain`.
    private func decrypt(
        _ entry: UnsafeMutableRawBufferPointer, _ pack: PackHeader
    ) throws -> (header: EntryHeader, ids: [ObjectID])? {
        guard let base = entry.baseAddress, entry.count >= EntryHeader.length, let header = EntryHeader(base),
            header.entryLength <= entry.count, Int(header.session) < pack.sessions.count,
            pack.sessions[Int(header.session)].mode == 0,
            let cipher = try cipher(pack.sessions[Int(header.session)], pack.packClass)
        else { return nil }
        base.put(UInt8(0), 7)
        base.put(UInt32(0), 28)
        if plain.capacity < header.sealedLength { plain = AlignedBuffer(header.sealedLength) }
        let sealed = UnsafeRawBufferPointer(
            start: base + header.sealedOffset, count: header.sealedLength + EntryHeader.tagLength)
        guard
            try cipher.open(
                sealed, nonce: base + 16,
                authenticating: UnsafeRawBufferPointer(start: base, count: header.sealedOffset),
                into: plain.bytes(0..<plain.capacity))
        else { return nil }
        let ids = (0..<header.members).map {
            UnsafeRawPointer(base).id(EntryHeader.length + $0 * EntryHeader.idLength)
        }
        return (header, ids)
    }

    /// Takes the memory of an entry for the next one, if nobody else holds the entry.
    func recycle(_ entry: consuming DecodedEntry) {
        guard isKnownUniquelyReferenced(&entry), spare.count < 2 else { return }
        spare.append(entry.payload)
    }

    private func payload(_ count: Int) -> AlignedBuffer {
        if let last = spare.last, last.capacity >= count {
            spare.removeLast()
            return last
        }
        return AlignedBuffer(max(count, Geometry.frameLimit))
    }

    private func unpack(_ header: EntryHeader, ids: [ObjectID]) -> DecodedEntry? {
        let prefix = header.members * header.type.lengthBytes
        guard prefix <= header.sealedLength else { return nil }
        var members: [Range<Int>] = []
        var end = 0
        let base = UnsafeRawPointer(plain.base)
        for index in 0..<header.members {
            let length = header.type == .chunks ? (Int(base.u8(index)) + 1) * Geometry.block : Int(base.u32(index * 4))
            members.append(end..<end + length)
            end += length
        }
        guard end == header.plainLength else { return nil }
        let payload = payload(end)
        let packed = UnsafeRawBufferPointer(start: base + prefix, count: header.sealedLength - prefix)
        switch header.codec {
        case .raw:
            guard packed.count == end else { return nil }
            if let source = packed.baseAddress { payload.base.copyMemory(from: source, byteCount: end) }
        case .zstd:
            guard decompressor.decompress(packed, into: payload.bytes(0..<end)) else { return nil }
        }
        return DecodedEntry(type: header.type, payload: payload, members: members, ids: ids)
    }

    /// nil if no key of ours is meant.
    private func cipher(_ session: PackSession, _ packClass: PackHeader.Class) throws -> AuthenticatedCipher? {
        let tag = session.salt + [packClass.rawValue]
        if let cipher = ciphers[tag] { return cipher }
        if ciphers.count > 256 { ciphers.removeAll() }
        guard keys.epochs.contains(where: { $0.epoch == session.epoch }) else { return nil }
        let cipher = try AuthenticatedCipher(key: RunSession.key(session, packClass, keys))
        ciphers[tag] = cipher
        return cipher
    }
}
