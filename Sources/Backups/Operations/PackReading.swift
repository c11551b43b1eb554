import Cryptography
import DebVisorCore
import Platform
import Synchronization

/// Reads packs whole, decrypts every entry and computes every id anew; several packs at a time.
struct PackReading: Sendable {
    private let repository: Repository
    private let options: Verification.Options

    struct Result: Sendable {
        /// Pack → what is wrong with it.
        var damages: [ObjectID: String] = [:]
        /// Pack → members that cannot be given back from it.
        var badChunks: [ObjectID: Set<ObjectID>] = [:]
        var readBytes: UInt64 = 0
    }

    init(_ repository: Repository, _ options: Verification.Options) {
        self.repository = repository
        self.options = options
    }

    func read(_ packs: [IndexedPack]) throws -> Result {
        let result = Locked(Result())
        let next = NextNumber()
        let done = Atomic<UInt64>(0)
        // One for all threads: each keeps a good many descriptors.
        let library = PackLibrary(repository)
        try Worker.run(max(1, min(options.workers ?? Worker.processors, packs.count))) { _ in
            let reader = try PackReader(library)
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
                }
            }
        }
        return result.withLock { $0 }
    }
}

/// One thread's part.
private final class PackReader {
    private let library: PackLibrary
    private let decoder: EntryDecoder
    private let chunkMAC: MessageAuthenticator
    private let pageMAC: MessageAuthenticator
    private let window = AlignedBuffer(4 << 20)
    private let code = AlignedBuffer(EntryHeader.idLength)

    init(_ library: PackLibrary) throws {
        self.library = library
        let keys = library.repository.keys
        decoder = try EntryDecoder(keys)
        chunkMAC = try MessageAuthenticator(key: keys.idKey)
        pageMAC = try MessageAuthenticator(key: keys.pageKey)
    }

    func read(_ id: ObjectID, _ advanced: (Int) throws -> Void) throws -> (damage: String?, bad: Set<ObjectID>) {
        let open: PackLibrary.OpenPack
        do { open = try library.pack(id) } catch let fault as Fault
            where fault.kind == .attention || fault.kind == .notFound
        {
            return (fault.message, [])
        }
        guard let (trailer, size) = try library.trailer(of: id) else {
            return ("its trailer is damaged or cut off", [])
        }
        var bad: Set<ObjectID> = []
        var first = 0
        while first < trailer.items.count {
            // As many entries as the window holds, with one read.
            let start = trailer.items[first].offset
            var last = first
            while last + 1 < trailer.items.count,
                trailer.items[last + 1].offset + trailer.items[last + 1].length - start <= window.capacity
            {
                last += 1
            }
            let end = min(trailer.items[last].offset + trailer.items[last].length, size)
            let length = min(window.capacity, end - start)
            let count: Int
            do { count = try open.file.read(into: window.bytes(0..<length), at: start) } catch let fault as Fault
                where fault.kind == .failed
            {
                // A disk that cannot read it has lost it; the rest of the pack may be readable.
                count = 0
            }
            for item in trailer.items[first...last]
            where try !isGood(item, at: item.offset - start, of: count, open.header) {
                bad.formUnion(item.ids)
            }
            try advanced(length)
            first = last + 1
        }
        return (bad.isEmpty ? nil : "\(bad.count) of its chunks are damaged", bad)
    }

    private func isGood(_ item: TrailerItem, at offset: Int, of count: Int, _ header: PackHeader) throws -> Bool {
        guard offset >= 0, offset + item.length <= count else { return false }
        let base = window.base + offset
        guard let head = EntryHeader(base), head.entryLength == item.length, head.members == item.ids.count,
            EntryHeader.checksum(base, members: head.members, sealedLength: head.sealedLength) == head.crc
        else { return false }
        guard let entry = try decoder.decode(window.bytes(offset..<offset + item.length), pack: header),
            entry.ids == item.ids
        else { return false }
        let mac = entry.type == .leaves || entry.type == .nodes ? pageMAC : chunkMAC
        for index in item.ids.indices {
            try mac.authenticate(entry.member(index), into: code.bytes(0..<EntryHeader.idLength))
            guard ObjectID(UnsafeRawPointer(code.base)) == item.ids[index] else { return false }
        }
        return true
    }
}
