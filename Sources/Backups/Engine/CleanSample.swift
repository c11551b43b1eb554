import Cryptography
import DebVisorCore
import Hypervisor

/// A fair choice among the stretches that nobody read because they are said not to have changed.
struct CleanSample {
    /// Chunks; those with the id zero stand for holes.
    private(set) var chunks: [DiskChunk] = []
    private var offered = 0
    private let capacity: Int
    private var random = FastRandom()

    init(capacity: Int) { self.capacity = capacity }

    /// Takes it with the chance that makes all that are offered equal (Vitter, algorithm R).
    mutating func offer(_ chunk: DiskChunk) {
        offered += 1
        if chunks.count < capacity {
            chunks.append(chunk)
        } else {
            let place = Int.random(in: 0..<offered, using: &random)
            if place < capacity { chunks[place] = chunk }
        }
    }

    mutating func add(_ others: CleanSample) { chunks += others.chunks }
}

/// Reads a sample again and compares it with the map: a record of changes that lies is found sooner or later.
struct CleanSampleCheck {
    let run: BackupRun
    let reader: any BlockReader
    /// Bytes at most.
    let limit: Int
    let deadline: ContinuousClock.Instant

    /// At least this many stretches are read, whatever the time.
    private static let least = 16

    /// - Throws: `ChangeDoubt` at the first stretch that is not as the map says.
    /// - Returns: bytes read.
    func check(_ sample: CleanSample) throws -> UInt64 {
        let mac = try MessageAuthenticator(key: run.repository.keys.idKey)
        let buffer = AlignedBuffer(Geometry.chunkBlocks * Geometry.block)
        var read = 0
        var random = FastRandom()
        for (number, chunk) in sample.chunks.shuffled(using: &random).enumerated() {
            try run.checkCancelled()
            if read >= limit { break }
            if number >= Self.least, ContinuousClock.now >= deadline { break }
            let content = buffer.bytes(0..<chunk.blocks * Geometry.block)
            try run.admit(content.count)
            try reader.read(at: UInt64(chunk.start) * UInt64(Geometry.block), into: content)
            read += content.count
            guard try matches(UnsafeRawBufferPointer(content), chunk.id, mac) else { throw Self.doubt(chunk) }
        }
        return UInt64(read)
    }

    private func matches(_ content: UnsafeRawBufferPointer, _ id: ObjectID, _ mac: MessageAuthenticator) throws -> Bool
    {
        if id == .zero { return content.allSatisfy { $0 == 0 } }
        return try withUnsafeTemporaryAllocation(byteCount: EntryHeader.idLength, alignment: 8) { output in
            try mac.authenticate(content, into: output)
            return output.baseAddress.map { ObjectID(UnsafeRawPointer($0)) } == id
        }
    }

    private static func doubt(_ chunk: DiskChunk) -> ChangeDoubt {
        let bytes = ByteCount(UInt64(chunk.blocks * Geometry.block))
        return ChangeDoubt(
            reason: "\(bytes) at byte \(chunk.start * Geometry.block) differ though the bitmap calls them unchanged",
            isProven: true)
    }
}
