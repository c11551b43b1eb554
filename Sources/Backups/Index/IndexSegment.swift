import Cryptography
import DebVisorCore
import Platform

/// One index segment opened for look-ups: filter and fan-out in memory, records read from the file.
final class IndexSegment: Sendable {
    let id: ObjectID
    let packs: [IndexedPack]
    let supersedes: [ObjectID]
    let count: Int
    /// Of the file.
    let bytes: Int
    private let file: File
    private let bits: Int
    private let recordsOffset: Int
    private let firsts: [UInt32]
    private let bloom: BloomFilter

    static let headerLength = 64

    /// The bucket of an id: its first `bits` bits.
    static func bucket(of id: ObjectID, bits: Int) -> Int { bits == 0 ? 0 : Int(id.high >> (64 - UInt64(bits))) }

    /// - Throws: `notFound` if a merge removed it, `attention` if it is damaged.
    convenience init(_ id: ObjectID, in repository: Repository) throws {
        try self.init(id, File(repository.directory.path(of: "index/\(id)"), .read), in: repository)
    }

    /// - Throws: `attention` if it is damaged.
    init(_ id: ObjectID, _ file: File, in repository: Repository) throws {
        let path = repository.directory.path(of: "index/\(id)")
        let damaged = Fault(
            .attention, "the index segment '\(path)' is damaged", hint: "debvisor backup repository rebuild-index")
        self.id = id
        self.file = file
        let size = try file.size
        bytes = size
        guard size >= Self.headerLength + 32 else { throw damaged }
        let header = try file.bytes(at: 0, count: Self.headerLength)
        guard Array(header[..<8]) == Array("DVINDEX1".utf8) else { throw damaged }
        let numbers = header.withPointer { pointer in (0..<5).map { Int(pointer.u32(8 + $0 * 4)) } }
        let (owner, place) = header.withPointer { ($0.id(48), $0.id(32)) }
        (count, bits) = (numbers[0], numbers[3])
        guard owner == repository.id, place == id, bits <= 24 else { throw damaged }
        recordsOffset = Self.headerLength + numbers[2] * 16 + numbers[1] * IndexedPack.length
        let fanOffset = recordsOffset + count * IndexRecord.length
        let bloomOffset = fanOffset + ((1 << bits) + 1) * 4
        let end = bloomOffset + numbers[4] * 32
        guard end + 32 == size, numbers[4] > 0 else { throw damaged }
        guard try Self.isAuthentic(file, end: end, key: repository.keys.indexKey) else { throw damaged }

        let head = try file.bytes(at: 0, count: recordsOffset)
        supersedes = head.withPointer { pointer in (0..<numbers[2]).map { pointer.id(Self.headerLength + $0 * 16) } }
        let packsOffset = Self.headerLength + numbers[2] * 16
        packs = head.withPointer { pointer in
            (0..<numbers[1]).map { IndexedPack(pointer + packsOffset + $0 * IndexedPack.length) }
        }
        firsts = try Self.words(of: file, at: fanOffset, count: (1 << bits) + 1)
        guard Self.isSound(firsts, count: count) else { throw damaged }
        bloom = BloomFilter(words: try Self.words(of: file, at: bloomOffset, count: numbers[4] * 8))
    }

    /// Read where they stay: of ten million chunks the filter alone takes 15 MB.
    private static func words(of file: File, at offset: Int, count: Int) throws -> [UInt32] {
        try [UInt32](unsafeUninitializedCapacity: count) { buffer, filled in
            let got = try file.read(
                into: UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[..<(count * 4)]),
                at: offset)
            guard got == count * 4 else {
                throw Fault(.attention, "the index segment '\(file.path)' is shorter than it should be")
            }
            for index in 0..<count { buffer[index] = UInt32(littleEndian: buffer[index]) }
            filled = count
        }
    }

    /// Whether a fan-out rises from the first record to the last.
    private static func isSound(_ firsts: [UInt32], count: Int) -> Bool {
        firsts.first == 0 && firsts.last.map(Int.init) == count
            && zip(firsts, firsts.dropFirst()).allSatisfy { $0 <= $1 }
    }

    private static func isAuthentic(_ file: File, end: Int, key: [UInt8]) throws -> Bool {
        let mac = try MessageAuthenticator(key: key)
        try mac.begin()
        var position = 0
        while position < end {
            let piece = try file.bytes(at: position, count: min(1 << 20, end - position))
            try piece.withUnsafeBytes { try mac.update($0) }
            position += piece.count
        }
        return equalInConstantTime(try mac.finish(), try file.bytes(at: end, count: 32))
    }

    /// Calls `body` with each record of the id until it answers true.
    func find(_ id: ObjectID, _ body: (IndexRecord) -> Bool) throws {
        guard bloom.mayContain(id) else { return }
        let bucket = Self.bucket(of: id, bits: bits)
        let (first, last) = (Int(firsts[bucket]), Int(firsts[bucket + 1]))
        guard first < last else { return }
        try withUnsafeTemporaryAllocation(byteCount: (last - first) * IndexRecord.length, alignment: 8) { buffer in
            let got = try file.read(into: buffer, at: recordsOffset + first * IndexRecord.length)
            guard got == buffer.count, let base = buffer.baseAddress else {
                throw Fault(.attention, "the index segment '\(file.path)' is shorter than it should be")
            }
            for index in 0..<(last - first) {
                let record = IndexRecord(base + index * IndexRecord.length)
                if record.id == id, body(record) { return }
                if id < record.id { return }
            }
        }
    }

    /// Every record in order, a stretch at a time.
    func forEachRecord(_ body: (IndexRecord) throws -> Void) throws {
        var cursor = Cursor(self)
        while let record = try cursor.next() { try body(record) }
    }

    /// Reads the records in order.
    struct Cursor {
        private let segment: IndexSegment
        private var index = 0
        private var window: [UInt8] = []
        private var windowStart = 0

        private static let windowRecords = 4096

        init(_ segment: IndexSegment) { self.segment = segment }

        mutating func next() throws -> IndexRecord? {
            guard index < segment.count else { return nil }
            if index >= windowStart + window.count / IndexRecord.length {
                let records = min(Self.windowRecords, segment.count - index)
                window = try segment.file.bytes(
                    at: segment.recordsOffset + index * IndexRecord.length, count: records * IndexRecord.length)
                windowStart = index
            }
            let position = (index - windowStart) * IndexRecord.length
            index += 1
            return window.withPointer { IndexRecord($0 + position) }
        }
    }
}
