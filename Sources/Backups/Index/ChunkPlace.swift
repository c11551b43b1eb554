/// Where a chunk lies.
struct ChunkPlace: Hashable, Sendable {
    var pack: ObjectID
    var offset: Int
    /// Bytes of the entry with its padding.
    var length: Int
    /// Which member of the entry.
    var place: Int
    var type: EntryType
}

/// One line of an index segment.
struct IndexRecord: Comparable, Sendable {
    static let length = 28

    var id: ObjectID
    var pack: UInt32
    var offset: UInt32
    var entryLength: UInt16
    var place: UInt8
    var type: UInt8

    static func < (a: IndexRecord, b: IndexRecord) -> Bool {
        if a.id != b.id { return a.id < b.id }
        if a.pack != b.pack { return a.pack < b.pack }
        return a.offset < b.offset
    }

    init(_ pointer: UnsafeRawPointer) {
        id = pointer.id(0)
        pack = pointer.u32(16)
        offset = pointer.u32(20)
        entryLength = pointer.u16(24)
        place = pointer.u8(26)
        type = pointer.u8(27)
    }

    init(_ item: TrailerItem, member: Int, pack: UInt32) {
        id = item.ids[member]
        self.pack = pack
        offset = UInt32(item.offset / 16)
        entryLength = UInt16(item.length / 16)
        place = UInt8(member)
        type = item.type.rawValue
    }

    func store(to pointer: UnsafeMutableRawPointer) {
        pointer.put(id, 0)
        pointer.put(pack, 16)
        pointer.put(offset, 20)
        pointer.put(entryLength, 24)
        pointer.put(place, 26)
        pointer.put(type, 27)
    }
}

/// A pack as an index segment names it.
struct IndexedPack: Hashable, Sendable {
    static let length = 32

    var id: ObjectID
    var size: Int
    var packClass: UInt8
    var sessions: UInt8

    init(id: ObjectID, size: Int, packClass: UInt8, sessions: UInt8) {
        self.id = id
        self.size = size
        self.packClass = packClass
        self.sessions = sessions
    }

    init(_ pointer: UnsafeRawPointer) {
        id = pointer.id(0)
        size = Int(clamping: pointer.u64(16))
        packClass = pointer.u8(24)
        sessions = pointer.u8(25)
    }

    var bytes: [UInt8] {
        var bytes = id.bytes
        bytes.append(little: UInt64(size))
        bytes += [packClass, sessions]
        bytes.appendZeros(6)
        return bytes
    }
}
