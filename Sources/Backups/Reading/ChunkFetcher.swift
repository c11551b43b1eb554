import Cryptography
import DebVisorCore
import Platform

/// Finds members by id and reads them, checking each id; owned by one thread.
final class ChunkFetcher {
    private let library: PackLibrary
    private let index: ChunkIndex
    private let decoder: EntryDecoder
    private let chunkMAC: MessageAuthenticator
    private let pageMAC: MessageAuthenticator
    private var entry = AlignedBuffer(1 << 20)
    private var recent: [(key: EntryKey, entry: DecodedEntry)] = []

    private struct EntryKey: Equatable {
        var pack: ObjectID
        var offset: Int
    }

    /// Decoded frames kept: enough for a map's path and the frames that a leaf's chunks alternate between.
    private static let recentLimit = 12

    init(_ library: PackLibrary, _ index: ChunkIndex) throws {
        self.library = library
        self.index = index
        decoder = try EntryDecoder(library.repository.keys)
        chunkMAC = try MessageAuthenticator(key: library.repository.keys.idKey)
        pageMAC = try MessageAuthenticator(key: library.repository.keys.pageKey)
    }

    enum Miss: Error {
        /// No segment names it, or its packs are gone.
        case absent(ObjectID)
        /// All its places are damaged.
        case damaged(ObjectID, ChunkPlace)
        /// It is what was stored, and means nothing.
        case malformed(ObjectID)

        var id: ObjectID {
            switch self {
            case .absent(let id), .damaged(let id, _), .malformed(let id): id
            }
        }

        var reason: LossReason {
            switch self {
            case .absent: .absent
            case .damaged(_, let place): .badData(pack: place.pack.description)
            case .malformed: .malformed
            }
        }
    }

    /// Calls `body` with the content of a member. Tries every place it lies in.
    /// - Throws: `Miss` if none is good.
    func withMember<Result>(_ id: ObjectID, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        var bad: ChunkPlace?
        for place in try preferred(index.places(of: id)) {
            do {
                if let entry = try decoded(place), place.place < entry.members.count {
                    let member = entry.member(place.place)
                    if try self.id(of: member, entry.type) == id { return try body(member) }
                }
                bad = place
                forget(place)
            } catch let fault as Fault where fault.kind == .notFound {
                continue
            } catch let fault as Fault where fault.kind == .attention || fault.kind == .failed {
                // A disk that cannot read it here may read another place.
                bad = place
            }
        }
        if let bad { throw Miss.damaged(id, bad) }
        throw Miss.absent(id)
    }

    /// A small member as a value: a page, a blob.
    func member(_ id: ObjectID) throws -> [UInt8] { try withMember(id) { Array($0) } }

    /// Places whose entry is in memory come first.
    private func preferred(_ places: [ChunkPlace]) -> [ChunkPlace] {
        guard places.count > 1 else { return places }
        let cached = places.filter { place in
            recent.contains { $0.key == EntryKey(pack: place.pack, offset: place.offset) }
        }
        return cached + places
    }

    private func id(of member: UnsafeRawBufferPointer, _ type: EntryType) throws -> ObjectID {
        let mac = type == .leaves || type == .nodes ? pageMAC : chunkMAC
        return try withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { output in
            try mac.authenticate(member, into: output)
            return output.baseAddress.map { ObjectID(UnsafeRawPointer($0)) } ?? .zero
        }
    }

    private func decoded(_ place: ChunkPlace) throws -> DecodedEntry? {
        let key = EntryKey(pack: place.pack, offset: place.offset)
        if let index = recent.firstIndex(where: { $0.key == key }) {
            let found = recent.remove(at: index)
            recent.append(found)
            return found.entry
        }
        let pack = try library.pack(place.pack)
        // Before the next one is decoded: it may take this one's memory.
        if recent.count >= Self.recentLimit { decoder.recycle(recent.removeFirst().entry) }
        if entry.capacity < place.length { entry = AlignedBuffer(place.length) }
        let buffer = entry.bytes(0..<place.length)
        guard try pack.file.read(into: buffer, at: place.offset) == place.length,
            let decoded = try decoder.decode(buffer, pack: pack.header)
        else { return nil }
        recent.append((key, decoded))
        return decoded
    }

    private func forget(_ place: ChunkPlace) {
        recent.removeAll { $0.key == EntryKey(pack: place.pack, offset: place.offset) }
    }
}
