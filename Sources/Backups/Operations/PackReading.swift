import Cryptography
import DebVisorCore
import Platform
import Synchronization

/// Reads packs whole, decrypts every entry and computes every id anew; several packs at a time.
struct PackReading: Sendable {
    private let repository: Repository
    private let options: Verification.Options
    private let index: ChunkIndex

    struct Result: Sendable {
        /// Pack → what is wrong with it.
        var damages: [ObjectID: String] = [:]
        /// Pack → members that cannot be given back from it.
        var badChunks: [ObjectID: Set<ObjectID>] = [:]
        /// Packs of which every entry was looked at: whatever else is wrong with them, the rest of their members is good.
        var readPacks: Set<ObjectID> = []
        var readBytes: UInt64 = 0
    }

    init(_ repository: Repository, _ index: ChunkIndex, _ options: Verification.Options) {
        self.repository = repository
        self.index = index
        self.options = options
    }

    func read(_ packs: [IndexedPack]) throws -> Result {
        let result = Locked(Result())
        let next = NextNumber()
        let done = Atomic<UInt64>(0)
        // One for all threads: each keeps a good many descriptors.
        let library = PackLibrary(repository)
        try Worker.run(max(1, min(options.workers ?? Worker.processors, packs.count))) { _ in
            let reader = try PackReader(library, index)
            try next.each(below: packs.count) { number in
                let pack = packs[number]
                let found = try reader.read(pack.id) { bytes in
                    if options.isCancelled() { throw CancellationError() }
                    options.advanced(done.add(UInt64(bytes), ordering: .relaxed).newValue)
                }
                result.withLock { result in
                    result.readBytes += UInt64(pack.size)
                    if let damage = found.damage { result.damages[pack.id] = damage }
                    if !found.bad.isEmpty { result.badChunks[pack.id] = found.bad }
                    if found.isRead { result.readPacks.insert(pack.id) }
                }
            }
        }
        return result.withLock { $0 }
    }
}

/// One thread's part.
private final class PackReader {
    private let library: PackLibrary
    private let index: ChunkIndex
    private let decoder: EntryDecoder
    private let chunkMAC: MessageAuthenticator
    private let pageMAC: MessageAuthenticator
    private let window = AlignedBuffer(4 << 20)
    private let code = AlignedBuffer(EntryHeader.idLength)

    init(_ library: PackLibrary, _ index: ChunkIndex) throws {
        self.library = library
        self.index = index
        let keys = library.repository.keys
        decoder = try EntryDecoder(keys)
        chunkMAC = try MessageAuthenticator(key: keys.idKey)
        pageMAC = try MessageAuthenticator(key: keys.pageKey)
    }

    struct Found {
        var damage: String?
        var bad: Set<ObjectID> = []
        var isRead = false
    }

    func read(_ id: ObjectID, _ advanced: (Int) throws -> Void) throws -> Found {
        let open: PackLibrary.OpenPack
        do { open = try library.pack(id) } catch let fault as Fault
            where fault.kind == .attention || fault.kind == .notFound
        {
            return Found(damage: fault.message)
        }
        let size = try open.file.size
        // The index knows where the entries of a pack are that does not itself.
        let trailer = try library.trailer(of: id)?.trailer
        var found = Found(damage: trailer == nil ? "its trailer is damaged or cut off" : nil)
        let items = try trailer?.items ?? index.items(of: id)
        if trailer != nil, try hasStrayBytes(open, size) { found.damage = Self.stray }
        try forEachWindow(of: items, in: open, size, advanced) { item, offset, count in
            // Looked at first: decoding changes the entry.
            if found.damage == nil, hasStrayBytes(item, at: offset, of: count) { found.damage = Self.stray }
            if try !isGood(item, at: offset, of: count, open.header) { found.bad.formUnion(item.ids) }
        }
        if !found.bad.isEmpty { found.damage = "\(found.bad.count) of its chunks are damaged" }
        found.isRead = true
        return found
    }

    private static let stray = "bytes that no chunk needs were changed"

    /// Reads as many entries as the window holds at a time. Calls `body` with each, its place in the window, and how many
    /// bytes could be read into that.
    private func forEachWindow(
        of items: [TrailerItem], in open: PackLibrary.OpenPack, _ size: Int, _ advanced: (Int) throws -> Void,
        _ body: (TrailerItem, Int, Int) throws -> Void
    ) throws {
        var first = 0
        while first < items.count {
            let start = items[first].offset
            var last = first
            while last + 1 < items.count, items[last + 1].offset + items[last + 1].length - start <= window.capacity {
                last += 1
            }
            let length = max(0, min(window.capacity, min(items[last].offset + items[last].length, size) - start))
            let count: Int
            do { count = try open.file.read(into: window.bytes(0..<length), at: start) } catch let fault as Fault
                where fault.kind == .failed
            {
                // A disk that cannot read it has lost it; the rest of the pack may be readable.
                count = 0
            }
            for item in items[first...last] { try body(item, item.offset - start, count) }
            try advanced(length)
            first = last + 1
        }
    }

    /// Whether something stands between trailer and footer, where a pack has zeros: no chunk is lost by it, but the disk
    /// is not to be trusted. What a salvage left between entries is nobody's.
    private func hasStrayBytes(_ open: PackLibrary.OpenPack, _ size: Int) throws -> Bool {
        guard let location = try library.location(of: open, size) else { return true }
        let end = location.offset + location.length
        return try open.file.bytes(at: end, count: size - PackTrailer.footerLength - end).contains { $0 != 0 }
    }

    /// The same of an entry: its padding, or the checksum that only a reader without trailer and keys looks at.
    private func hasStrayBytes(_ item: TrailerItem, at offset: Int, of count: Int) -> Bool {
        guard offset >= 0, offset + item.length <= count, let head = EntryHeader(window.base + offset),
            head.entryLength == item.length
        else { return false }
        let base = window.base + offset
        let end = head.sealedOffset + head.sealedLength + EntryHeader.tagLength
        return EntryHeader.checksum(base, members: head.members, sealedLength: head.sealedLength) != head.crc
            || window.bytes(offset + end..<offset + item.length).contains { $0 != 0 }
    }

    private func isGood(_ item: TrailerItem, at offset: Int, of count: Int, _ header: PackHeader) throws -> Bool {
        guard offset >= 0, offset + item.length <= count else { return false }
        let base = window.base + offset
        guard let head = EntryHeader(base), head.entryLength == item.length, head.members == item.ids.count,
            let entry = try decoder.decode(window.bytes(offset..<offset + item.length), pack: header),
            entry.ids == item.ids
        else { return false }
        let mac = entry.type == .leaves || entry.type == .nodes ? pageMAC : chunkMAC
        // A member is a pointer into the entry, which may not go before it.
        defer { withExtendedLifetime(entry) {} }
        for index in item.ids.indices {
            try mac.authenticate(entry.member(index), into: code.bytes(0..<EntryHeader.idLength))
            guard ObjectID(UnsafeRawPointer(code.base)) == item.ids[index] else { return false }
        }
        return true
    }
}
