import Cryptography
import DebVisorCore
import Platform

/// Writes one index segment from records that come sorted, in memory that does not grow with them
/// (fan-out and filter aside). docs/repository-format.md, section 7.
final class IndexSegmentWriter {
    private let repository: Repository
    private let id = ObjectID.random()
    private let file: File
    private let temporary: String
    private let packs: [IndexedPack]
    private let supersedes: [ObjectID]
    private let bits: Int
    private var firsts: [UInt32]
    private var bloom: BloomFilter
    private var count: UInt32 = 0
    private var buffer: [UInt8] = []
    private var offset: Int
    private var lastBucket = -1

    private static let headerLength = 64
    private static let magic = Array("DVINDEX1".utf8)

    /// - Parameter expected: an upper bound of the number of records; sizes filter and fan-out.
    init(_ repository: Repository, packs: [IndexedPack], supersedes: [ObjectID], expected: Int) throws {
        self.repository = repository
        self.packs = packs
        self.supersedes = supersedes
        var bits = 0
        while bits < 24, expected >> bits > 40 { bits += 1 }
        self.bits = bits
        firsts = [UInt32](repeating: 0, count: (1 << bits) + 1)
        bloom = BloomFilter(keys: expected)
        temporary = repository.directory.path(of: "tmp/\(id).new")
        file = try File.create(temporary, "index")
        offset = Self.headerLength + supersedes.count * 16 + packs.count * IndexedPack.length
    }

    /// - Precondition: `record` is not less than the one before.
    func add(_ record: IndexRecord) throws {
        let bucket = IndexSegment.bucket(of: record.id, bits: bits)
        while lastBucket < bucket {
            lastBucket += 1
            firsts[lastBucket] = count
        }
        bloom.insert(record.id)
        withUnsafeTemporaryAllocation(byteCount: IndexRecord.length, alignment: 8) { bytes in
            if let base = bytes.baseAddress { record.store(to: base) }
            buffer.append(contentsOf: bytes)
        }
        count += 1
        if buffer.count >= 1 << 20 { try flush() }
    }

    /// A segment that was published: somebody may merge it, and take its name away, at any moment.
    struct Published {
        var id: ObjectID
        var file: File
    }

    /// Writes the rest and publishes the segment.
    func finish() throws -> Published {
        try complete()
        try file.synchronize("index")
        let path = repository.directory.path(of: "index/\(id)")
        try Directory.rename(temporary, to: path, "index")
        try DurableFile.synchronizeParents(of: path, temporary, "index")
        return Published(id: id, file: file)
    }

    /// Writes the rest into a file without a name, which is gone with its last reader.
    func finishPrivately() throws -> IndexSegment {
        try complete()
        let segment = try IndexSegment(id, file, in: repository)
        try Directory.remove(temporary, "index")
        return segment
    }

    private func complete() throws {
        while lastBucket < 1 << bits {
            lastBucket += 1
            firsts[lastBucket] = count
        }
        for first in firsts { buffer.append(little: first) }
        for word in bloom.words { buffer.append(little: word) }
        try flush()
        let head = header
        try head.withUnsafeBytes { try file.write($0, at: 0, "index") }
        let code = try authenticate()
        try code.withUnsafeBytes { try file.write($0, at: offset, "index") }
    }

    private func flush() throws {
        try buffer.withUnsafeBytes { try file.write($0, at: offset, "index") }
        offset += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }

    private var header: [UInt8] {
        var header = Self.magic
        for number in [Int(count), packs.count, supersedes.count, bits, bloom.blocks, 0] {
            header.append(little: UInt32(number))
        }
        header.append(id)
        header.append(repository.id)
        for old in supersedes { header.append(old) }
        for pack in packs { header += pack.bytes }
        return header
    }

    /// The code covers the file as it was written, so it is computed by reading it back through the page cache.
    private func authenticate() throws -> [UInt8] {
        let mac = try MessageAuthenticator(key: repository.keys.indexKey)
        try mac.begin()
        var position = 0
        while position < offset {
            let piece = try file.bytes(at: position, count: min(1 << 20, offset - position))
            try piece.withUnsafeBytes { try mac.update($0) }
            position += piece.count
        }
        return try mac.finish()
    }
}

extension IndexSegmentWriter {
    /// A segment of whole packs, as their trailers tell.
    static func write(_ packs: [SealedPack], in repository: Repository) throws -> Published {
        try writer(filledWith: packs, in: repository).finish()
    }

    /// As `write`, for this process alone.
    static func writePrivately(_ packs: [SealedPack], in repository: Repository) throws -> IndexSegment {
        try writer(filledWith: packs, in: repository).finishPrivately()
    }

    private static func writer(filledWith packs: [SealedPack], in repository: Repository) throws -> IndexSegmentWriter {
        let table = packs.map { IndexedPack(id: $0.id, size: $0.size, packClass: $0.packClass.rawValue, sessions: 1) }
        var records: [IndexRecord] = []
        for (number, pack) in packs.enumerated() {
            for item in pack.items {
                for member in item.ids.indices {
                    records.append(IndexRecord(item, member: member, pack: UInt32(number)))
                }
            }
        }
        records.sort()
        let writer = try IndexSegmentWriter(repository, packs: table, supersedes: [], expected: records.count)
        for record in records { try writer.add(record) }
        return writer
    }
}
