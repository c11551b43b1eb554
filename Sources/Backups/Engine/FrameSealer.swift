import Cryptography
import DebVisorCore

/// Joins new members into frames, compresses and encrypts them and hands batches of entries to a pack writer.
///
/// Owned by one thread; the nonce is the thread's number and a counter, so no two entries of a run share one.
final class FrameSealer {
    private let type: EntryType
    private let packs: PackWriter
    private let cipher: AuthenticatedCipher
    private let compressor: Compressor
    private let worker: UInt32
    private var counter: UInt64 = 0

    private let payload = AlignedBuffer(Geometry.frameLimit)
    private var payloadLength = 0
    private var lengths: [UInt32] = []
    private var ids: [UInt8] = []
    private let plain = AlignedBuffer(Geometry.frameLimit + 64 * 4 + Compressor.bound(Geometry.frameLimit))
    private let batch = AlignedBuffer(1 << 20)
    private var batchLength = 0
    private var items: [TrailerItem] = []

    /// Bytes of entries made so far.
    private(set) var storedBytes = 0

    /// - Parameter worker: a number that no other sealer of this run's session has.
    init(_ type: EntryType, to packs: PackWriter, session: RunSession, worker: UInt32, level: Int32) throws {
        self.type = type
        self.packs = packs
        self.worker = worker
        cipher = try session.cipher(packs.packClass)
        compressor = try Compressor(level: level)
    }

    /// Takes one new member. - Parameter id: the full 32-byte id.
    func add(_ member: UnsafeRawBufferPointer, id: UnsafeRawBufferPointer) throws {
        precondition(member.count <= Geometry.frameLimit && id.count == EntryHeader.idLength)
        if payloadLength + member.count > Geometry.frameLimit || lengths.count == 64 { try closeFrame() }
        if let source = member.baseAddress {
            (payload.base + payloadLength).copyMemory(from: source, byteCount: member.count)
        }
        payloadLength += member.count
        lengths.append(UInt32(member.count))
        ids.append(contentsOf: id)
        if payloadLength >= Geometry.frameTarget { try closeFrame() }
    }

    /// Seals what is open and hands everything over.
    func flush() throws {
        try closeFrame()
        try handOver()
    }

    private func closeFrame() throws {
        guard !lengths.isEmpty else { return }
        let (codec, plainLength) = try fillPlain()
        let count = lengths.count
        let length = (EntryHeader.length + ids.count + plainLength + EntryHeader.tagLength).roundedUp(to: 16)
        if batchLength + length > batch.capacity { try handOver() }
        let entry = batch.base + batchLength
        writeHeader(entry, codec: codec, sealedLength: plainLength)
        try encrypt(entry, sealedLength: plainLength)
        let used = EntryHeader.length + ids.count + plainLength + EntryHeader.tagLength
        (entry + used).initializeMemory(as: UInt8.self, repeating: 0, count: length - used)
        let names = ids.withPointer { pointer in (0..<count).map { pointer.id($0 * EntryHeader.idLength) } }
        items.append(TrailerItem(offset: batchLength, length: length, type: type, codec: codec, session: 0, ids: names))
        batchLength += length
        storedBytes += length
        payloadLength = 0
        lengths.removeAll(keepingCapacity: true)
        ids.removeAll(keepingCapacity: true)
    }

    /// Member lengths, then the payload, compressed if that saves at least 1/32.
    private func fillPlain() throws -> (EntryCodec, Int) {
        var prefix = 0
        for length in lengths {
            if type == .chunks {
                plain.base.storeBytes(of: UInt8(Int(length) / Geometry.block - 1), toByteOffset: prefix, as: UInt8.self)
            } else {
                plain.base.put(length, prefix)
            }
            prefix += type.lengthBytes
        }
        let source = UnsafeRawBufferPointer(start: payload.base, count: payloadLength)
        let compressed = try compressor.compress(source, into: plain.bytes(prefix..<plain.capacity))
        if compressed <= payloadLength - payloadLength / 32, compressed < payloadLength {
            return (.zstd, prefix + compressed)
        }
        (plain.base + prefix).copyMemory(from: payload.base, byteCount: payloadLength)
        return (.raw, prefix + payloadLength)
    }

    private func writeHeader(_ entry: UnsafeMutableRawPointer, codec: EntryCodec, sealedLength: Int) {
        entry.put(EntryHeader.magic, 0)
        entry.put(type.rawValue, 4)
        entry.put(codec.rawValue, 5)
        entry.put(UInt8(lengths.count), 6)
        entry.put(UInt8(0), 7)
        entry.put(UInt32(sealedLength), 8)
        entry.put(UInt32(payloadLength), 12)
        entry.put(worker, 16)
        entry.put(counter, 20)
        entry.put(UInt32(0), 28)
        counter += 1
        ids.withUnsafeBytes {
            (entry + EntryHeader.length).copyMemory(
                from: $0.baseAddress ?? UnsafeRawPointer(entry), byteCount: $0.count)
        }
    }

    private func encrypt(_ entry: UnsafeMutableRawPointer, sealedLength: Int) throws {
        let start = EntryHeader.length + ids.count
        try cipher.seal(
            UnsafeRawBufferPointer(start: plain.base, count: sealedLength), nonce: entry + 16,
            authenticating: UnsafeRawBufferPointer(start: entry, count: start),
            into: UnsafeMutableRawBufferPointer(start: entry + start, count: sealedLength + EntryHeader.tagLength))
        entry.put(EntryHeader.checksum(entry, members: lengths.count, sealedLength: sealedLength), 28)
    }

    private func handOver() throws {
        guard batchLength > 0 else { return }
        try packs.append(UnsafeRawBufferPointer(start: batch.base, count: batchLength), items)
        batchLength = 0
        items.removeAll(keepingCapacity: true)
    }
}
